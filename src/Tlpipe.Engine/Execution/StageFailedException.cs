// How a run says that a stage could not be computed.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Execution;

/// <summary>Stages failed, and not all through a mistake in the config or the input. Program prints the diagnostics and exits with 1.</summary>
public sealed class StageFailedException(IReadOnlyList<Diagnostic> diagnostics, Exception cause)
    : Exception(string.Join(Environment.NewLine, diagnostics), cause)
{
    /// <summary>One for each failed stage.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}

/// <summary>A child process ended without a result. The last lines that it wrote are in the message, for the log.</summary>
internal sealed class ChildFailedException(Failed failure, IEnumerable<string> complaints)
    : Exception(string.Join(Environment.NewLine, complaints.Prepend(failure.Message)))
{
    public Failed Failure { get; } = failure;
}

/// <summary>The files of an input, whose record a shared store gave, are no longer in that store: the stage that makes them has to run here.</summary>
internal sealed class MissingRemotelyException(string stage) : Exception($"the files of '{stage}' are no longer in the shared store")
{
    public string Stage { get; } = stage;
}
