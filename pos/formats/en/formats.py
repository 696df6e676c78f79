"""Short dates, as on the shop's own pages, because lists have many columns."""

DATE_FORMAT = "d M Y"
DATETIME_FORMAT = "d M Y, H:i"
