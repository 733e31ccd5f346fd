"""Draft an answer to a customer, check it, and draft it again until it is good: python main.py"""

from crewai import Agent, Crew, Task
from crewai.flow.flow import Flow, listen, or_, router, start
from pydantic import BaseModel

MODEL = "openai/gpt-4o-mini"


class Letter(BaseModel):
    """What the flow remembers."""

    question: str = "My parcel has not come. Where is it?"
    answer: str = ""
    remarks: str = ""


def drafting() -> Crew:
    """The crew that writes an answer."""
    clerk = Agent(
        role="Support clerk",
        goal="Answer customers kindly and exactly",
        backstory="You know the terms of the shop by heart.",
        llm=MODEL,
    )
    draft = Task(
        description="Answer this question in at most 120 words: {question}\nMind these remarks: {remarks}",
        expected_output="A letter to the customer.",
        agent=clerk,
    )
    return Crew(name="drafting", agents=[clerk], tasks=[draft])


def checking() -> Crew:
    """The crew that checks an answer."""
    checker = Agent(
        role="Checker",
        goal="Find promises that the shop cannot keep",
        backstory="You read letters before they are sent.",
        llm=MODEL,
    )
    check = Task(
        description="Check this letter: {answer}\nSay `good`, or what has to change in one sentence.",
        expected_output="`good`, or one sentence.",
        agent=checker,
    )
    return Crew(name="checking", agents=[checker], tasks=[check])


class ReviewFlow(Flow[Letter]):
    """Draft, check, and again if need be."""

    @start()
    def begin(self) -> None:
        """Begin without remarks."""
        self.state.remarks = "none"

    @listen(or_(begin, "again"))
    def write(self) -> None:
        """Write the letter."""
        inputs = {"question": self.state.question, "remarks": self.state.remarks}
        self.state.answer = drafting().kickoff(inputs=inputs).raw

    @router(write)
    def review(self) -> str:
        """Have it checked."""
        self.state.remarks = checking().kickoff(inputs={"answer": self.state.answer}).raw
        return "done" if self.state.remarks.strip() == "good" else "again"

    @listen("done")
    def send(self) -> None:
        """Show the letter."""
        print(self.state.answer)


if __name__ == "__main__":
    ReviewFlow().kickoff()
