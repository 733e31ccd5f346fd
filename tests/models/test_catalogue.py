"""Looking up, overriding, costing, and where the prices come from."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from genai_prices import __version__ as library_version

from crewprof.models import Override, cost, lookup, misspelt, price_data, search, siblings, successors
from crewprof.models import digest as digest_module
from crewprof.models.genai_library import sections_of_library
from crewprof.models.sections import DATA, Sections, text_of_sections
from crewprof.quantity import Range

if TYPE_CHECKING:
    from pathlib import Path


def test_cost_is_the_sum_of_its_parts() -> None:
    entry = lookup("openai/gpt-4o")
    assert cost(entry, 1_000_000, 0) == Decimal("2.5")
    assert cost(entry, 0, 1_000_000) == Decimal(10)
    assert cost(entry, 1_000_000, 0, cached_input_tokens=1_000_000) == Decimal("1.25")


def test_a_long_request_pays_the_higher_tier_for_all_its_tokens() -> None:
    entry = lookup("gemini/gemini-2.5-pro")
    short, long = cost(entry, 200_000, 0), cost(entry, 200_001, 0)
    assert short is not None
    assert long is not None
    assert long > short * Decimal("1.9")
    spread = cost(entry, 400_000, 0, requests=2)
    assert spread == 2 * short


def test_an_unknown_model_has_no_cost_even_for_no_tokens() -> None:
    assert cost(lookup("foo/bar"), 0, 0) is None


def test_a_local_model_has_no_price_and_says_why() -> None:
    entry = lookup("ollama/llama3.1")
    assert entry.local
    assert entry.input_price is None
    assert cost(entry, 1000, 1000) is None
    assert entry.price_note is not None
    assert "own machine" in entry.price_note


def test_the_free_variant_costs_nothing() -> None:
    assert cost(lookup("openrouter/deepseek/deepseek-r1:free"), 1000, 1000) == 0


def test_an_endpoint_of_unknown_prices_has_none() -> None:
    assert lookup("openai/gpt-4o", base_url="https://llm.example.com/v1").input_price is None
    groq = lookup("openai/llama-3.3-70b-versatile", base_url="https://api.groq.com/openai/v1")
    assert groq.input_price == lookup("groq/llama-3.3-70b-versatile").input_price


@pytest.mark.parametrize("key", ["azure/prod", "AZURE/Prod", "prod"])
def test_the_settings_win(key: str) -> None:
    override = Override(
        input=Decimal(1),
        output=Decimal(2),
        context_window=9000,
        output_tokens_per_second=Range(10.0, 20.0, 30.0),
    )
    entry = lookup("azure/prod", {key: override})
    assert cost(entry, 1_000_000, 1_000_000) == 3
    assert entry.context_window == 9000
    assert entry.speed.output_tokens_per_second.expected == 20.0
    assert entry.overridden
    assert not lookup("azure/prod").overridden


def test_an_override_of_one_price_keeps_the_others() -> None:
    entry = lookup("gpt-4o", {"gpt-4o": Override(output=Decimal(1))})
    assert (entry.input_price, entry.output_price) == (Decimal("2.5"), Decimal(1))


def test_a_price_is_that_of_the_day_asked_for() -> None:
    before = lookup("o3", on=date(2025, 6, 9)).input_price
    after = lookup("o3", on=date(2025, 6, 10)).input_price
    assert (before, after) == (Decimal(10), Decimal(2))


def test_prompt_caching_facts() -> None:
    openai = lookup("gpt-4o").caching
    assert openai is not None
    assert (openai.minimum_tokens, openai.read_factor, openai.automatic) == (1024, Decimal("0.5"), True)
    claude = lookup("claude-haiku-4-5").caching
    assert claude is not None
    assert (claude.minimum_tokens, claude.read_factor, claude.write_factor) == (
        4096,
        Decimal("0.1"),
        Decimal("1.25"),
    )
    gemini = [lookup(f"gemini/{name}").caching for name in ("gemini-2.5-flash", "gemini-3-flash-preview")]
    assert [one.minimum_tokens for one in gemini if one is not None] == [2048, 4096]
    assert lookup("gpt-4").caching is None
    assert lookup("foo").caching is None


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-4o", "o200k_base"),
        ("openai/gpt-4", "cl100k_base"),
        ("azure/gpt-4.1-mini", "o200k_base"),
        ("ft:gpt-4o-mini-2024-07-18:a::b", "o200k_base"),
        ("claude-sonnet-4-6", None),
        ("openrouter/openai/gpt-4o", "o200k_base"),
        ("gemini/gemini-2.5-flash", None),
        ("foo", None),
    ],
)
def test_counting_is_exact_where_the_tokenizer_is_public(model: str, encoding: str | None) -> None:
    entry = lookup(model)
    assert entry.encoding == encoding
    assert entry.counting_exact == (encoding is not None)


@pytest.mark.parametrize(
    ("model", "first"),
    [
        ("openai/gpt-4o", "openai/gpt-4o-mini"),
        ("gpt-4.1", "gpt-4.1-mini"),
        ("gpt-5.4", "gpt-5.4-nano"),
        ("azure/gpt-4o", "azure/gpt-4o-mini"),
        ("claude-sonnet-4-5", "claude-haiku-4-5"),
        ("openrouter/openai/gpt-4o", "openrouter/openai/gpt-4o-mini"),
        ("mistral/mistral-large-latest", "mistral/mistral-small-latest"),
        (
            "bedrock/us.anthropic.claude-opus-4-5-20251101-v1:0",
            "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
        ),
    ],
)
def test_the_first_sibling_is_the_lightest_of_the_same_generation(model: str, first: str) -> None:
    assert siblings(model, on=date(2026, 11, 22))[0].id == first


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o",
        "o1",
        "claude-opus-4-1",
        "gemini/gemini-2.5-pro",
        "bedrock/eu.anthropic.claude-opus-4-6-v1",
    ],
)
def test_siblings_are_lighter_cheaper_priced_and_alive(model: str) -> None:
    entry = lookup(model)
    found = siblings(model)
    assert found
    for other in found:
        assert other.provider == entry.provider
        assert other.identity.prefix == entry.identity.prefix
        assert other.input_price is not None
        assert entry.input_price is not None
        assert other.input_price < entry.input_price
        assert not other.retired
        assert other.tier in {"light", "standard"}
        assert other.function_calling or not entry.function_calling


@pytest.mark.parametrize("model", ["gpt-4o-mini", "foo", "ollama/llama3:70b", "azure/prod", ""])
def test_no_siblings_for_the_lightest_the_local_and_the_unknown(model: str) -> None:
    assert siblings(model) == []


@pytest.mark.parametrize(
    ("model", "day", "first"),
    [
        ("gpt-4-turbo", date(2026, 8, 1), "gpt-5.1"),
        ("openai/gpt-4", date(2026, 8, 1), "openai/gpt-5.1"),
        ("openai/gpt-5-nano", date(2026, 11, 26), "openai/gpt-6-luna"),
        ("azure/gpt-4", date(2026, 8, 1), "azure/gpt-5.1"),
        ("claude-3-5-sonnet-20241022", date(2026, 11, 22), "claude-sonnet-5"),
        ("anthropic/claude-3-opus-20240229", date(2026, 11, 22), "anthropic/claude-opus-5-5"),
        ("gemini/gemini-1.5-flash", date(2026, 11, 22), "gemini/gemini-2.5-flash-lite"),
        (
            "bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0",
            date(2026, 11, 22),
            "bedrock/us.anthropic.claude-sonnet-5",
        ),
    ],
)
def test_the_first_successor_is_the_cheapest_of_the_tier(model: str, day: date, first: str) -> None:
    found = successors(model, on=day)
    assert found[0].id == first
    prices = [10 * (one.input_price or 0) + (one.output_price or 0) for one in found]
    assert prices[0] == min(prices)
    assert all(one.tier == lookup(model, on=day).tier and not one.retired for one in found)


@pytest.mark.parametrize("variant", [":free", "-preview", "-distill-llama-8b"])
def test_no_passing_variant_takes_the_place_of_another_model(variant: str) -> None:
    models = ("openrouter/deepseek/deepseek-r1", "gemini/gemini-2.0-flash", "openrouter/x-ai/grok-3")
    for model in (*models, "gemini/gemini-2.5-flash-preview-05-20", "xai/grok-3-mini-beta"):
        for other in (*siblings(model), *successors(model)):
            assert variant not in other.id
    assert misspelt("openrouter/x-ai/grok-4.1-fast") is None


@pytest.mark.parametrize(
    "model", ["gpt-4-turbo", "gpt-3.5-turbo", "o1-mini", "claude-3-haiku-20240307", "gemini/gemini-2.0-flash"]
)
def test_successors_are_newer_models_of_the_same_tier_that_stay(model: str) -> None:
    day = date(2026, 11, 22)
    entry = lookup(model, on=day)
    found = successors(model, on=day)
    assert found
    for other in found:
        assert (other.tier, other.provider) == (entry.tier, entry.provider)
        assert other.generation != entry.generation
        assert other.priced
        assert other.function_calling or not entry.function_calling
        assert not other.deprecated
        assert other.retirement is None or other.retirement.on > day + timedelta(days=90)


@pytest.mark.parametrize(
    ("model", "first"),
    [
        ("groq/llama-3.1-8b-instant", "groq/openai/gpt-oss-20b"),
        ("groq/llama-3.1-70b-versatile", "groq/openai/gpt-oss-120b"),  # by way of llama-3.3, retired too
        ("cerebras/llama3.1-70b", "cerebras/gpt-oss-120b"),
    ],
)
def test_where_no_generation_follows_the_provider_is_believed(model: str, first: str) -> None:
    assert [other.id for other in successors(model, on=date(2026, 11, 22))] == [first]


def test_a_newer_lighter_model_comes_before_one_that_costs_many_times_as_much() -> None:
    day = date(2026, 11, 22)
    entry = lookup("gemini/gemini-pro", on=day)
    first, *others = successors(entry.id, on=day)
    assert first.tier != entry.tier
    assert first.input_price is not None
    assert entry.input_price is not None
    assert first.input_price <= 4 * entry.input_price
    assert any(other.tier == entry.tier for other in others)


def test_a_model_whose_dated_versions_all_leave_soon_succeeds_last() -> None:
    # OpenAI ends every dated gpt-4o and gpt-4.1 on 2027-01-14 and says nothing of the undated names.
    names = [entry.id for entry in successors("gpt-4-turbo", on=date(2026, 11, 22))]
    assert names.index("gpt-5.4") < names.index("gpt-4.1")


def test_a_model_that_answers_at_once_is_succeeded_by_such_models_first() -> None:
    thinks = [entry.speed.name == "reasoning" for entry in successors("gpt-4-turbo", on=date(2026, 8, 1))]
    assert any(thinks)
    assert thinks == sorted(thinks)


@pytest.mark.parametrize("model", ["gpt-6.1", "foo", "ollama/llama2", "groq/mixtral-8x7b-32768", ""])
def test_no_successors_for_the_newest_the_local_and_the_unordered(model: str) -> None:
    assert successors(model, on=date(2026, 11, 22)) == []


@pytest.mark.parametrize(
    ("model", "meant"),
    [
        ("openai/gpt-4o-mni", "openai/gpt-4o-mini"),
        ("gtp-4o", "gpt-4o"),
        ("claude-sonet-4-6", "claude-sonnet-4-6"),
        ("anthropic/claude-opus-45", "anthropic/claude-opus-4-5"),
        ("gemini/gemini-2.5-flsh", "gemini/gemini-2.5-flash"),
        ("mistral/mistral-larg-latest", "mistral/mistral-large-latest"),
        ("openrouter/openai/gpt-4o-mni", "openrouter/openai/gpt-4o-mini"),
    ],
)
def test_a_slip_is_known_by_the_model_it_resembles(model: str, meant: str) -> None:
    found = misspelt(model, on=date(2026, 11, 22))
    assert found is not None
    assert found.id == meant


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o",
        "gpt-4.9",
        "claude-sonnet-4-9",
        "azure/prod",
        "nvidia_nim/meta/llama-3.1-8b-instruct",
        "foo",
        "",
    ],
)
def test_another_version_or_a_private_name_is_no_slip(model: str) -> None:
    assert misspelt(model, on=date(2026, 11, 22)) is None


def test_whether_prices_of_the_provider_are_known() -> None:
    assert lookup("azure/prod").provider_priced
    assert not lookup("nvidia_nim/meta/llama-3.1-8b-instruct").provider_priced


def test_a_model_on_the_users_own_machine_is_not_retired() -> None:
    served = lookup("openai/gpt-4-turbo", base_url="http://localhost:8000/v1", on=date(2026, 11, 22))
    assert served.retirement is None
    assert lookup("openai/gpt-4-turbo", on=date(2026, 11, 22)).retired


def test_search_finds_by_every_word_and_knows_a_model_string() -> None:
    assert search("openai/gpt-4o")[0].id == "openai/gpt-4o"
    haikus = search("claude haiku")
    assert haikus
    assert all("claude" in entry.id and "haiku" in entry.id for entry in haikus)
    assert search("nosuchmodel") == []
    assert all(entry.priced and not entry.retired for entry in search())


def as_if_installed(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(digest_module, "_installed_version", lambda: version)
    digest_module._of_newer_library.cache_clear()


def test_the_shipped_digest_is_used_while_the_library_is_not_newer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_if_installed(monkeypatch, "0.0.1")
    assert digest_module.digest(tmp_path) is digest_module.digest()
    assert list(tmp_path.iterdir()) == []


def test_a_newer_library_is_read_once_and_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    as_if_installed(monkeypatch, "99.1")
    monkeypatch.setattr("genai_prices.__version__", "99.1")
    folder = tmp_path / "not" / "there" / "yet"
    first = digest_module.digest(folder)
    assert first.get("about") == {"genai-prices": "99.1"}
    digest_module._of_newer_library.cache_clear()
    monkeypatch.setattr("crewprof.models.genai_library.sections_of_library", None)
    again = digest_module.digest(folder)
    assert again.get("provider/openai") == first.get("provider/openai")


def test_the_source_of_the_prices_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = price_data()
    assert shipped.made_on is not None
    as_if_installed(monkeypatch, "99.4")
    monkeypatch.setattr("genai_prices.__version__", "99.4")
    assert price_data() == ("99.4", None)


def test_what_was_remembered_wrongly_is_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    as_if_installed(monkeypatch, "99.2")
    (tmp_path / "prices-1-99.2.tsv").write_text("rubbish", encoding="utf-8")
    assert "provider/openai" in digest_module.digest(tmp_path)


def test_a_folder_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    as_if_installed(monkeypatch, "99.3")
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    assert "provider/openai" in digest_module.digest(file / "folder")


def test_the_shipped_digest_is_what_the_script_makes_of_its_library() -> None:
    shipped = Sections.of_text((DATA / "prices.tsv").read_text(encoding="utf-8"))
    if shipped.get("about")["genai-prices"] != library_version:
        pytest.skip("another version of genai-prices is installed")
    made = Sections.of_text(text_of_sections(sections_of_library()))
    for name in ("about", "providers", *(f"provider/{one}" for one in made.names("provider/"))):
        assert shipped.get(name) == made.get(name)


def test_looking_up_imports_neither_the_library_nor_crewai() -> None:
    code = (
        "import sys, crewprof.models; crewprof.models.lookup('openai/gpt-4o');"
        "print({'genai_prices', 'pydantic', 'crewai', 'tiktoken', 'rich', 'yaml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
