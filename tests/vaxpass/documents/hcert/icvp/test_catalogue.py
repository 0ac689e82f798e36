"""The catalogue has the products of WHO, and what follows from each."""

from __future__ import annotations

import json

import pytest

from tests.support.paths import find_shared
from vaxpass.documents.hcert.icvp.catalogue import POLIO, YELLOW_FEVER, disease_of, find, products


def test_it_has_sixty_products_of_two_diseases() -> None:
    found = products()
    assert len({product.id for product in found}) == 60
    assert sum(product.disease is YELLOW_FEVER for product in found) == 11
    assert sum(product.disease is POLIO for product in found) == 49
    assert sum(product.vaccine.startswith("Diphtheria-Tetanus-Pertussis") for product in found) == 3
    assert all(product.manufacturer and product.presentation for product in found)
    assert all(find(f" {product.id}\n") is product for product in found)


def test_it_is_the_catalogue_that_who_published() -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("the public test data is not here")
    place = shared / "vectors" / "who" / "icvp-catalogue" / "icvp-products.json"
    published = json.loads(place.read_text("utf-8"))
    assert [each["id"] for each in published["products"]] != []
    displays = {each["id"]: each["display"] for each in published["products"]}
    assert {product.id for product in products()} == set(displays)
    for product in products():
        container, doses = product.presentation.removesuffix("s").removesuffix(" dose").rsplit(", ", 1)
        name = product.name or "n/a"
        said = f"{product.vaccine}{name}{container}{doses}{product.manufacturer}"
        assert said in displays[product.id]
    for each in published["vaccineCodes"]:
        disease = disease_of(each["code"])
        assert disease is (YELLOW_FEVER if "ellow" in each["display"] else POLIO)


@pytest.mark.parametrize(
    "code",
    [None, "", "1D4", "YellowFeverProduct", "YELLOWFEVERPRODUCT" + "0" * 32, "871772009", "RA01"],
)
def test_what_it_does_not_have_is_neither_a_product_nor_a_disease(code: str | None) -> None:
    assert find(code) is None
    assert disease_of(code) is None
