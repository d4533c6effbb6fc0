// A failed request that may succeed when retried.
namespace Tlpipe.Stages.Hub;

/// <summary>No answer, half an answer, or one that says "later". The message names the host and never a whole address, which may be signed.</summary>
/// <param name="message">What happened, without a remedy.</param>
/// <param name="retryAfter">When the server wants to be asked again; null where it does not say.</param>
/// <param name="cause">What was thrown.</param>
internal sealed class UnreachableException(string message, TimeSpan? retryAfter = null, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>When the server wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether no server was reached: no network, an unknown host, or a refused connection.</summary>
    public bool IsConnection { get; init; }
}
