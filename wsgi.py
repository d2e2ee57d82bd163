"""Makes the app for gunicorn and for the flask command."""

import sys

from app import create_app
from app.kernel import setup
from app.kernel.config import ConfigError

try:
    app = setup.bare_app() if setup.asked_for(sys.argv) else create_app()
except ConfigError as error:
    sys.exit(f"plenary: {error}")
