"""Write crewprof/models/data/litellm_providers.json: the prefixes LiteLLM knows providers by.

Reads source text only, of a wheel (``pip download --no-deps litellm``). Nothing of litellm is imported.

    python scripts/record_litellm_providers.py WHEEL
"""

from __future__ import annotations

import ast
import json
import sys
import zipfile
from pathlib import Path

TARGET = Path(__file__).parent.parent / "crewprof/models/data/litellm_providers.json"


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        source = archive.read("litellm/types/utils.py").decode("utf-8")
        alike: dict[str, object] = json.loads(archive.read("litellm/llms/openai_like/providers.json"))
    names = sorted({*_members(ast.parse(source), "LlmProviders"), *alike})
    version = Path(wheel).name.split("-")[1]
    told = f"litellm {version}: LlmProviders (types/utils.py) and llms/openai_like/providers.json"
    TARGET.write_text(json.dumps({"source": told, "providers": names}, indent=1) + "\n", encoding="utf-8")
    print(f"{TARGET}: {len(names)} providers of litellm {version}")


def _members(tree: ast.Module, name: str) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            values = [one.value for one in node.body if isinstance(one, ast.Assign)]
            return [str(value.value) for value in values if isinstance(value, ast.Constant)]
    raise SystemExit(f"litellm has no {name}")


if __name__ == "__main__":
    main(sys.argv[1])
