"""In a checkout, the harness of `eval/`; a wheel has the folder itself in this place."""

from eval import main as main
