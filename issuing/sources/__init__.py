"""Where awards come from besides approved submissions. All of them enter through `granting`."""
