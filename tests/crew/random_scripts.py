"""One random crew, written in every way people write crews in Python."""

from __future__ import annotations

import json
from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING, Any, Final

import yaml
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = st.sampled_from(["Find {topic}", "Wörter, 分析", "Two\nlines\n", 'It\'s "quoted": yes', "y" * 30])
IMPORTS = "from crewai import Agent, Crew, Process, Task\n"


@dataclass(frozen=True)
class Team:
    """A crew as data. ``context`` of a task: absent is unspecified, else indices of earlier tasks."""

    agents: tuple[dict[str, Any], ...]
    tasks: tuple[dict[str, Any], ...]
    inputs: dict[str, str]
    settings: dict[str, Any]


@st.composite
def teams(draw: st.DrawFn) -> Team:
    """One to three agents and one to four tasks."""
    agents = []
    for number in range(draw(st.integers(1, 3))):
        optional = {
            "llm": st.sampled_from(["gpt-4o", "openai/gpt-4.1-mini"]),
            "max_iter": st.integers(1, 30),
            "allow_delegation": st.booleans(),
            "inject_date": st.booleans(),
            "max_rpm": st.integers(1, 9),
        }
        texts = {"role": f"Role {number}", "goal": draw(TEXTS), "backstory": draw(TEXTS)}
        agents.append({**texts, **draw(st.fixed_dictionaries({}, optional=optional))})
    tasks: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 4))):
        optional = {"markdown": st.booleans(), "human_input": st.booleans(), "output_file": st.just("out.md")}
        task: dict[str, Any] = {"description": draw(TEXTS), "expected_output": draw(TEXTS)}
        task.update(draw(st.fixed_dictionaries({}, optional=optional)))
        task["agent"] = draw(st.integers(0, len(agents) - 1))
        kind = draw(st.sampled_from(["unspecified", "none", "empty", "some", "some"]))
        if kind in ("none", "empty"):
            task["context"] = None if kind == "none" else []
        elif kind == "some" and number:
            task["context"] = draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=2, unique=True))
        tasks.append(task)
    settings = draw(
        st.fixed_dictionaries({}, optional={"max_rpm": st.integers(1, 9), "cache": st.booleans()})
    )
    return Team(tuple(agents), tuple(tasks), {"topic": draw(st.sampled_from(["bees", "x y"]))}, settings)


def _given(values: dict[str, Any]) -> str:
    return "".join(f", {key}={value!r}" for key, value in values.items())


def _plain(task: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in task.items() if key not in ("agent", "context")}


def _context(task: dict[str, Any], name: Callable[[int], str]) -> str:
    if "context" not in task:
        return ""
    if task["context"] is None:
        return ", context=None"
    return f", context=[{', '.join(name(one) for one in task['context'])}]"


def _lines(team: Team) -> list[str]:
    lines = [f"agent_{at} = Agent({_given(one)[2:]})" for at, one in enumerate(team.agents)]
    lines += [
        f"task_{at} = Task({_given(_plain(one))[2:]}, agent=agent_{one['agent']}"
        f"{_context(one, lambda other: f'task_{other}')})"
        for at, one in enumerate(team.tasks)
    ]
    agents = ", ".join(f"agent_{at}" for at in range(len(team.agents)))
    tasks = ", ".join(f"task_{at}" for at in range(len(team.tasks)))
    return [*lines, f"team = Crew(agents=[{agents}], tasks=[{tasks}]{_given(team.settings)})"]


def flat(team: Team) -> dict[str, str]:
    """Everything at module level, started under ``__main__``."""
    start = f"\nif __name__ == '__main__':\n    print(team.kickoff(inputs={team.inputs!r}))\n"
    return {"main.py": IMPORTS + "\n".join(_lines(team)) + "\n" + start}


def factories(team: Team) -> dict[str, str]:
    """Functions with parameters, in modules of their own."""
    agents = IMPORTS + "\n\ndef make_agent(role, **more):\n    return Agent(role=role, **more)\n"
    tasks = IMPORTS + (
        "\n\ndef make_task(agent, description, expected_output, **more):\n"
        "    return Task(description=description, expected_output=expected_output, agent=agent, **more)\n"
    )
    lines = [
        f"    agent_{at} = make_agent({one['role']!r}{_given({k: v for k, v in one.items() if k != 'role'})})"
        for at, one in enumerate(team.agents)
    ]
    for at, one in enumerate(team.tasks):
        context = _context(one, lambda other: f"task_{other}")
        lines.append(f"    task_{at} = make_task(agent_{one['agent']}{_given(_plain(one))}{context})")
    everyone = ", ".join(f"agent_{at}" for at in range(len(team.agents)))
    everything = ", ".join(f"task_{at}" for at in range(len(team.tasks)))
    crew = IMPORTS + "from agents import make_agent\nfrom tasks import make_task\n\n\ndef build(settings):\n"
    crew += "\n".join(lines)
    crew += f"\n    return Crew(agents=[{everyone}], tasks=[{everything}], **settings)\n"
    crew += "\n\ndef run(inputs):\n"
    crew += f"    return build({team.settings!r}).kickoff(inputs=inputs)\n"
    crew += f"\n\nif __name__ == '__main__':\n    run({team.inputs!r})\n"
    return {"agents.py": agents, "tasks.py": tasks, "main.py": crew}


def methods(team: Team) -> dict[str, str]:
    """A class with methods and properties; what they make is kept on the instance."""
    body = ["def __init__(self, inputs):", "    self.inputs = inputs"]
    for at, one in enumerate(team.agents):
        body.append(f"    self.agent_{at} = self.make_agent_{at}()")
        methods = [f"def make_agent_{at}(self):", f"    return Agent({_given(one)[2:]})"]
        body = [*methods, *body]
    for at, one in enumerate(team.tasks):
        context = _context(one, lambda other: f"self.task_{other}")
        body.append(
            f"    self.task_{at} = Task({_given(_plain(one))[2:]}, agent=self.agent_{one['agent']}{context})"
        )
    everyone = ", ".join(f"self.agent_{at}" for at in range(len(team.agents)))
    everything = ", ".join(f"self.task_{at}" for at in range(len(team.tasks)))
    body += ["@property", "def everything(self):", f"    return [{everything}]"]
    body += ["def run(self):"]
    body += [f"    team = Crew(agents=[{everyone}], tasks=self.everything{_given(team.settings)})"]
    body += ["    return team.kickoff(inputs=self.inputs)"]
    source = IMPORTS + "\n\nclass Work:\n" + indent("\n".join(body), "    ")
    return {"main.py": f"{source}\n\n\nif __name__ == '__main__':\n    Work({team.inputs!r}).run()\n"}


def configs(team: Team) -> dict[str, str]:
    """Dictionaries of settings, spread with ``**`` in comprehensions and loops."""
    tasks = [{**_plain(one), "who": one["agent"]} for one in team.tasks]
    for made, one in zip(tasks, team.tasks, strict=True):
        if "context" in one:
            made["after"] = one["context"]
    return {"main.py": IMPORTS + CONFIGS.format(team.agents, tasks, team.settings, team.inputs)}


CONFIGS: Final = """
AGENTS = {}
TASKS = {}

agents = {{one["role"]: Agent(**one) for one in AGENTS}}
tasks = []
for one in TASKS:
    given = {{key: value for key, value in one.items() if key not in ("who", "after")}}
    if "after" in one:
        after = one["after"]
        given["context"] = None if after is None else [tasks[other] for other in after]
    tasks.append(Task(**given, agent=list(agents.values())[one["who"]]))

team = Crew(agents=list(agents.values()), tasks=tasks, **{})
team.kickoff(inputs={})
"""


def crew_config(team: Team) -> dict[str, str]:
    """``Crew(config=…)``, whose tasks name agents by role; it says ``context`` only where that is none."""
    tasks = [
        {**_plain(one), "agent": team.agents[one["agent"]]["role"]}
        | ({"context": one["context"]} if one.get("context", 0) in (None, []) else {})
        for one in team.tasks
    ]
    config = {"agents": list(team.agents), "tasks": tasks}
    made = f"team = Crew(config=config{_given(team.settings)})\nteam.kickoff(inputs={team.inputs!r})\n"
    return {"main.py": f"{IMPORTS}\nconfig = {config!r}\n{made}"}


def copies(team: Team) -> dict[str, str]:
    """Each task works with a copy of an agent."""
    return {
        "main.py": IMPORTS
        + "\n".join(
            line.replace(f"agent=agent_{one}", f"agent=agent_{one}.copy()")
            for line in _lines(team)
            for one in [line.partition("agent=agent_")[2][:1]]
        )
        + f"\nteam.kickoff(inputs={team.inputs!r})\n"
    }


def yaml_files(team: Team) -> dict[str, str]:
    """YAML files that the project's own code loads."""
    tasks = {f"task_{at}": {**one} for at, one in enumerate(team.tasks)}
    agents = {f"agent_{at}": one for at, one in enumerate(team.agents)}
    source = IMPORTS + LOADER.format(team.settings, team.inputs)
    return {
        "main.py": source,
        "config/agents.yaml": yaml.safe_dump(agents, sort_keys=False, allow_unicode=True),
        "config/tasks.yaml": yaml.safe_dump(tasks, sort_keys=False, allow_unicode=True),
    }


LOADER: Final = """
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent / "config"


def read(name):
    with open(HERE / f"{{name}}.yaml", encoding="utf-8") as stream:
        return yaml.safe_load(stream)


def main():
    agents = {{name: Agent(**one) for name, one in read("agents").items()}}
    tasks = {{}}
    for name, one in read("tasks").items():
        given = dict(one)
        agent = agents[f"agent_{{given.pop('agent')}}"]
        if given.get("context"):
            given["context"] = [tasks[f"task_{{other}}"] for other in given["context"]]
        tasks[name] = Task(**given, agent=agent)
    team = Crew(agents=list(agents.values()), tasks=list(tasks.values()), **{})
    team.kickoff(inputs={})


if __name__ == "__main__":
    main()
"""


def notebook(team: Team) -> dict[str, str]:
    """Cells, with magics and text between them."""
    lines = _lines(team)
    cells = ["%pip install crewai\n" + IMPORTS, *lines, f"!ls\nteam.kickoff(inputs={team.inputs!r})"]
    made: list[dict[str, Any]] = []
    for source in cells:
        made.append({"cell_type": "markdown", "source": "# Text", "metadata": {}})
        code = {"cell_type": "code", "source": source.splitlines(keepends=True), "outputs": []}
        made.append({**code, "metadata": {}, "execution_count": None})
    return {"main.ipynb": json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})}


def flow(team: Team) -> dict[str, str]:
    """A ``Flow`` class whose second method starts the crew."""
    body = indent("\n".join(_lines(team)), "        ")
    return {
        "main.py": "from crewai.flow.flow import Flow, listen, start\n"
        f"{IMPORTS}\n\nclass Work(Flow):\n"
        f"    @start()\n    def begin(self):\n        self.state['topic'] = {team.inputs['topic']!r}\n\n"
        f"    @listen(begin)\n    def work(self):\n{body}\n"
        "        return team.kickoff(inputs={'topic': self.state['topic']})\n\n\n"
        "if __name__ == '__main__':\n    Work().kickoff()\n"
    }


def crewbase(team: Team) -> dict[str, str]:
    """A ``@CrewBase`` class with its files, started by a module beside it."""
    agents = {f"agent_{at}": one for at, one in enumerate(team.agents)}
    tasks = {f"task_{at}": _plain(one) for at, one in enumerate(team.tasks)}
    body = ["agents_config = 'config/agents.yaml'", "tasks_config = 'config/tasks.yaml'"]
    for name in agents:
        body += ["@agent", f"def {name}(self):", f"    return Agent(config=self.agents_config[{name!r}])"]
    for at, one in enumerate(team.tasks):
        context = _context(one, lambda other: f"self.task_{other}()")
        body += ["@task", f"def task_{at}(self):"]
        given = f"config=self.tasks_config['task_{at}'], agent=self.agent_{one['agent']}(){context}"
        body.append(f"    return Task({given})")
    everyone = ", ".join(f"self.{name}()" for name in agents)
    body += ["@crew", "def crew(self):"]
    body.append(f"    return Crew(agents=[{everyone}], tasks=self.tasks{_given(team.settings)})")
    imports = IMPORTS + "from crewai.project import CrewBase, agent, crew, task\n"
    start = f"from work import Work\n\n\ndef run():\n    Work().crew().kickoff(inputs={team.inputs!r})\n"
    return {
        "work.py": f"{imports}\n\n@CrewBase\nclass Work:\n" + indent("\n".join(body), "    ") + "\n",
        "main.py": f"{start}\n\nif __name__ == '__main__':\n    run()\n",
        "config/agents.yaml": yaml.safe_dump(agents, sort_keys=False, allow_unicode=True),
        "config/tasks.yaml": yaml.safe_dump(tasks, sort_keys=False, allow_unicode=True),
    }


def members(team: Team) -> dict[str, str]:
    """A crew made of what the methods of a ``@CrewBase`` class give, whose files name each other."""
    agents = {f"agent_{at}": one for at, one in enumerate(team.agents)}
    tasks = {
        f"task_{at}": {**_plain(one), "agent": f"agent_{one['agent']}"} for at, one in enumerate(team.tasks)
    }
    for at, one in enumerate(team.tasks):
        if "context" in one:
            given = one["context"]
            tasks[f"task_{at}"]["context"] = given and [f"task_{other}" for other in given]
    body = []
    for kind, made in (("agent", agents), ("task", tasks)):
        for name in made:
            body += [f"@{kind}", f"def {name}(self):"]
            body.append(f"    return {kind.title()}(config=self.{kind}s_config[{name!r}])")
    body += ["@crew", "def crew(self):", "    return Crew(agents=self.agents, tasks=self.tasks)"]
    imports = IMPORTS + "from crewai.project import CrewBase, agent, crew, task\n"
    everyone = ", ".join(f"work.{name}()" for name in agents)
    everything = ", ".join(f"work.{name}()" for name in tasks)
    built = f"Crew(agents=[{everyone}], tasks=[{everything}]{_given(team.settings)})"
    start = f"{IMPORTS}from work import Work\n\nwork = Work()\nteam = {built}\n"
    return {
        "work.py": f"{imports}\n\n@CrewBase\nclass Work:\n" + indent("\n".join(body), "    ") + "\n",
        "main.py": f"{start}team.kickoff(inputs={team.inputs!r})\n",
        "config/agents.yaml": yaml.safe_dump(agents, sort_keys=False, allow_unicode=True),
        "config/tasks.yaml": yaml.safe_dump(tasks, sort_keys=False, allow_unicode=True),
    }


LISTINGS: Final = (
    "[os.path.join(folder, one) for one in sorted(os.listdir(folder)) if one.endswith('.yaml')]",
    "sorted(folder.glob('*.yaml'))",
    "sorted(glob.glob(str(folder / '*.yaml')))",
    "sorted(one for one in folder.iterdir() if one.suffix == '.yaml')",
)
"""Ways to find the files of a folder."""


def folders(team: Team) -> dict[str, str]:
    """Each agent and task in a YAML file of its own, found by listing the folder."""
    listing = LISTINGS[(len(team.agents) + 2 * len(team.tasks)) % len(LISTINGS)]
    files = {f"agents/{at}.yaml": yaml.safe_dump(one) for at, one in enumerate(team.agents)}
    files |= {f"tasks/{at}.yaml": yaml.safe_dump(one) for at, one in enumerate(team.tasks)}
    files["main.py"] = (
        IMPORTS
        + f"""import glob, os, yaml
from pathlib import Path


def read(name):
    folder = Path(__file__).parent / name
    found = []
    for path in {listing}:
        with open(path, encoding="utf-8") as file:
            found.append(yaml.safe_load(file))
    return found


def make_task(config, agents, made):
    config = dict(config)
    agent = agents[config.pop("agent")]
    if config.get("context"):
        config["context"] = [made[at] for at in config["context"]]
    return Task(**config, agent=agent)


def main(inputs):
    agents = [Agent(**one) for one in read("agents")]
    if not agents:
        return None
    tasks = []
    for one in read("tasks"):
        tasks.append(make_task(one, agents, tasks))
    return Crew(agents=agents, tasks=tasks{_given(team.settings)}).kickoff(inputs=inputs)


if __name__ == "__main__":
    main({team.inputs!r})
"""
    )
    return files


def guarded(team: Team) -> dict[str, str]:
    """Made in a ``try``, checked before it is started, by a function that gives up without."""
    lines = "\n".join(f"        {line}" for line in _lines(team))
    return {
        "main.py": f"""{IMPORTS}
import logging


def build():
    team = None
    try:
{lines}
        logging.info("made %s", team)
    except ValueError as error:
        logging.error("not made: %s", error)
        raise
    return team


def run(inputs):
    team = build()
    if not team or not inputs:
        return None
    try:
        return team.kickoff(inputs=inputs)
    except Exception as error:
        logging.error("failed: %s", error)
        return None


if __name__ == "__main__":
    run({team.inputs!r})
"""
    }


STYLES: Final[dict[str, Callable[[Team], dict[str, str]]]] = {
    one.__name__: one
    for one in (
        *(flat, factories, methods, configs, crew_config, copies, yaml_files, folders, guarded, notebook),
        *(flow, crewbase, members),
    )
}
