"""Short, as on the shop's own pages: lists have many columns."""

DATE_FORMAT = "d M Y"
DATETIME_FORMAT = "d M Y, H:i"
