from .errors import model_errors as model_errors
from .model import ChatModel as ChatModel
from .model import ModelFacts as ModelFacts
from .open import model_name as model_name
from .open import open_chat_model as open_chat_model
from .options import ModelOptions as ModelOptions
from .providers import split_model as split_model
