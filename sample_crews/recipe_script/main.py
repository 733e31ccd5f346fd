"""Plan a dinner for some guests: python main.py"""

from crewai import LLM, Agent, Crew, Process, Task

small = LLM(model="openai/gpt-4o-mini", max_tokens=900)

planner = Agent(
    role="Menu planner",
    goal="Plan a three-course dinner for {guests} guests",
    backstory="You plan dinners that one cook can prepare in an evening.",
    llm=small,
)
shopper = Agent(
    role="Shopper",
    goal="Buy only what the dinner needs",
    backstory="You know what a market sells in {season}.",
    llm=small,
)


def course(name: str, context: list[Task]) -> Task:
    """One course of the dinner."""
    return Task(
        description=f"Write the recipe of the {name} for {{guests}} guests, in at most 150 words.",
        expected_output=f"The recipe of the {name}: ingredients, then steps.",
        agent=planner,
        context=context,
    )


menu = Task(
    description="Choose a starter, a main course and a dessert for {guests} guests in {season}.",
    expected_output="Three names of dishes, one line each.",
    agent=planner,
)
courses = [course(name, [menu]) for name in ("starter", "main course", "dessert")]
shopping = Task(
    description="Write one shopping list for all three recipes; add up equal ingredients.",
    expected_output="A shopping list with amounts.",
    agent=shopper,
    context=courses,
)

dinner = Crew(
    agents=[planner, shopper],
    tasks=[menu, *courses, shopping],
    process=Process.sequential,
)

if __name__ == "__main__":
    print(dinner.kickoff(inputs={"guests": "six", "season": "autumn"}))
