"""`python -m cssim` is the command `cssim`."""

from cssim.cli import main

if __name__ == "__main__":
    main.app(prog_name="cssim")
