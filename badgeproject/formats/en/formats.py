# "PM" rather than "p.m.": a time that ends a sentence would end it with two periods.
DATETIME_FORMAT = "N j, Y, g:i A"
TIME_FORMAT = "g:i A"
SHORT_DATETIME_FORMAT = "m/d/Y, g:i A"
