"""Run the report for one week."""

from __future__ import annotations

from competitor_report.crew import CompetitorReport


def run() -> None:
    """Kick the crew off."""
    CompetitorReport().crew().kickoff(
        inputs={
            "company": "Tidewater Soap",
            "competitors": "Brook & Sons, Lavanda, Cleanly",
            "product_line": "solid shampoo",
            "reviews_file": "reviews.csv",
        }
    )


if __name__ == "__main__":
    run()
