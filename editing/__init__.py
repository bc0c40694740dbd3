"""Forms that change a record while another window may be changing it, too."""
