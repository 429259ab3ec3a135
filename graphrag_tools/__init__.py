"""LangChain tools and a LangGraph workflow that answer questions from a device manual."""
