"""Makes the app for gunicorn and for the flask command."""

import sys

from app import create_app
from app.kernel.config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    sys.exit(f"plenary: {error}")
