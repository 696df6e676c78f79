"""What the examples of the OpenAPI document ask, by noun. tests/pos/test_api_examples.py runs them in this order.

A step is an operation, method, path, body and, where it is not May, who asks. `{name[id]}` in a path or as a value of a
body stands for what the answer of an operation before told; the file of an upload is bytes. A name with a space asks an
operation for another status of its own ("late_sale 202"); a step named "" is asked on the way and not
shown, and where its path is a function, called.
"""

from collections.abc import Sequence
from typing import Any

Step = Sequence[Any]
