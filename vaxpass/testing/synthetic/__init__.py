"""A population register and vaccination records of people who do not exist, with known errors.

For benchmarks, tests and demonstrations. Names are roughly as frequent as in Viet Nam. Numbers have the
form of real ones and are random. The same seed gives the same people.

    world = make_world(Size(records=20_000, people=100_000), seed=1)
    write_world(world, Path("demo"))   # records.csv, registry.csv, truth.csv
"""

from vaxpass.testing.synthetic.errors import Kind
from vaxpass.testing.synthetic.people import Person
from vaxpass.testing.synthetic.records import Record, Truth
from vaxpass.testing.synthetic.world import Size, make_world, write_world

__all__ = ["Kind", "Person", "Record", "Size", "Truth", "make_world", "write_world"]
