"""A Stripe of our own for tests: books that move money, the API over them, webhooks, and pages for browsers.

Everything is driven through the real `stripe` library, in the shapes of the API version that the library pins. It keeps
its state in memory, has a clock of its own and calls nobody:

- `Books` moves money (`pay`, `clear`, `renew`, `refund`, `dispute`, `pay_out`, …) and says what its events are;
- `Api(books)` answers requests; `Client(api)` is the library's HTTP client over it, with scripted faults;
- `Courier(books, …)` brings events to the app as signed posts: doubled, reordered, lost, late, replayed;
- `Server(books, …)` is the same over HTTP, with the page to pay on and the portal.
"""

from .api import Api
from .books import Books
from .client import Client, Fault
from .hooks import Courier, signed
from .server import Server

__all__ = ["Api", "Books", "Client", "Courier", "Fault", "Server", "signed"]
