"""What remains of the time the server was away."""

from django.db import models

from pos.clock import Now


class ScanSeen(models.Model):
    """A scan that was done, by the name the browser gave it: sent again, it is not done again."""

    basket = models.ForeignKey("billing.Basket", on_delete=models.CASCADE, related_name="+")
    scan = models.UUIDField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["basket", "scan"], name="each_scan_once")]

    def __str__(self) -> str:
        return str(self.scan)
