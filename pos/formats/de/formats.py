"""Short dates, as on the shop's own pages, because lists have many columns."""

DATE_FORMAT = "d.m.Y"
DATETIME_FORMAT = "d.m.Y, H:i"
