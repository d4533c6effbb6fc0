// How the runner says that a stage could not go on.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Running;

/// <summary>A stage failed, and not by a mistake in the config or its input. Program prints the diagnostic and exits with 1.</summary>
public sealed class StageFailedException(Diagnostic diagnostic, Exception cause) : Exception(diagnostic.ToString(), cause)
{
    public Diagnostic Diagnostic { get; } = diagnostic;
}

/// <summary>A child process ended without a result and said why. The last lines it wrote beside that are in the message, for the log.</summary>
internal sealed class ChildFailedException(Failed failure, IEnumerable<string> complaints)
    : Exception(string.Join(Environment.NewLine, complaints.Prepend(failure.Message)))
{
    public Failed Failure { get; } = failure;
}
