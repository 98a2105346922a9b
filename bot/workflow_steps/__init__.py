"""The steps of Workflow Builder: what they start, and how a workflow is given what came of it."""
