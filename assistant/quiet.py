"""Nothing leaves the machine unasked: dependencies' telemetry is turned off before any import."""

import os


def no_telemetry() -> None:
    """Turn off what dependencies would report, and look-ups of models on a hub.

    Called first thing by the doors, since some dependencies read these at import. A tracing
    switch that lies in the environment for another project is no consent for this one.
    """
    os.environ.update(
        ANONYMIZED_TELEMETRY="False",
        GRADIO_ANALYTICS_ENABLED="False",
        LANGCHAIN_TRACING_V2="false",
        LANGSMITH_TRACING="false",
        OTEL_SDK_DISABLED="true",
        DO_NOT_TRACK="1",
    )
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
