// A request that failed in a way that another try may cure.
namespace Tlpipe.Hub;

/// <summary>No answer, half an answer, or one that says "later". The message names the host and never a whole address, which may be signed.</summary>
/// <param name="message">What happened, without a remedy.</param>
/// <param name="retryAfter">When the server wants to be asked again; null where it does not say.</param>
/// <param name="cause">What was thrown.</param>
internal sealed class UnreachableException(string message, TimeSpan? retryAfter = null, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>When the server wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether there is nobody to talk to at all: no network, no such host, nobody listening.</summary>
    public bool IsConnection { get; init; }
}
