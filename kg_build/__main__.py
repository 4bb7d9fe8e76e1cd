"""``python -m kg_build``: the same as ``zonekg``."""

from kg_build.cli import main

if __name__ == "__main__":
    main(prog_name="zonekg")
