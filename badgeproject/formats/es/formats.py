# Spanish as written in the United States: 1,250.5 hours, and times with AM and PM. The month is
# spelled out, because some readers take 4/5/2027 for April 5 and others for May 4.
DATETIME_FORMAT = r"j \d\e F \d\e Y, g:i A"
TIME_FORMAT = "g:i A"
SHORT_DATE_FORMAT = "j b Y"
SHORT_DATETIME_FORMAT = "j b Y, g:i A"
FIRST_DAY_OF_WEEK = 0
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
