"""Run the fake Stripe by hand, beside an app that has STRIPE_API_BASE set to it."""

import argparse
import time

from .hooks import SECRET
from .server import Server

parser = argparse.ArgumentParser(prog="python -m tests.fake_stripe", description=__doc__)
parser.add_argument("--port", type=int, default=12111)
parser.add_argument("--app", default="http://127.0.0.1:8000", help="where the app is; events go to /hooks/stripe of it")
asked = parser.parse_args()

with Server(hook=f"{asked.app}/hooks/stripe", port=asked.port) as server:
    print(f"STRIPE_SECRET_KEY=sk_test_fake STRIPE_WEBHOOK_SECRET={SECRET} STRIPE_API_BASE={server.url}", flush=True)
    while True:
        time.sleep(3600)
