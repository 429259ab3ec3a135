from .load import load_documents as load_documents
