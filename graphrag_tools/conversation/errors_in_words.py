"""Savers of LangGraph whose every call turns its driver's errors into words: what SQLite's and PostgreSQL's share."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)


class ErrorsInWords(BaseCheckpointSaver[str]):
    """Stands before a synchronous saver among the bases of a class.

    Within `errors`, which the class sets, what goes wrong becomes StoreError, around awaited calls too.
    """

    errors: Callable[[], AbstractContextManager[None]]

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint. Raises StoreError."""
        with self.errors():
            return super().get_tuple(config)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Yield checkpoints, newest first. Raises StoreError."""
        # Read whole, because a saver may hold its lock until the last one is taken.
        with self.errors():
            found = [*super().list(config, filter=filter, before=before, limit=limit)]
        yield from found

    def delete_thread(self, thread_id: str) -> None:
        """Delete a thread. Raises StoreError."""
        with self.errors():
            super().delete_thread(thread_id)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint. Raises StoreError."""
        with self.errors():
            return super().put(config, checkpoint, metadata, new_versions)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep what a stage has written. Raises StoreError."""
        with self.errors():
            super().put_writes(config, writes, task_id, task_path)


class AsyncErrorsInWords(BaseCheckpointSaver[str]):
    """The same for an asynchronous saver."""

    errors: Callable[[], AbstractContextManager[None]]

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint. Raises StoreError."""
        with self.errors():
            return await super().aget_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield checkpoints, newest first. Raises StoreError."""
        # Read whole, because a saver may hold its lock until the last one is taken.
        with self.errors():
            found = [one async for one in super().alist(config, filter=filter, before=before, limit=limit)]
        for one in found:
            yield one

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete a thread. Raises StoreError."""
        with self.errors():
            await super().adelete_thread(thread_id)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint. Raises StoreError."""
        with self.errors():
            return await super().aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep what a stage has written. Raises StoreError."""
        with self.errors():
            await super().aput_writes(config, writes, task_id, task_path)
