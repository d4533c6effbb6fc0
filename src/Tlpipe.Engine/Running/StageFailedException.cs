// How the runner says that a stage could not go on.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Running;

/// <summary>Stages failed, and not all by a mistake in the config or the input. Program prints the diagnostics and exits with 1.</summary>
public sealed class StageFailedException(IReadOnlyList<Diagnostic> diagnostics, Exception cause)
    : Exception(string.Join(Environment.NewLine, diagnostics), cause)
{
    /// <summary>One for each stage that failed.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}

/// <summary>A child process ended without a result and said why. The last lines it wrote beside that are in the message, for the log.</summary>
internal sealed class ChildFailedException(Failed failure, IEnumerable<string> complaints)
    : Exception(string.Join(Environment.NewLine, complaints.Prepend(failure.Message)))
{
    public Failed Failure { get; } = failure;
}
