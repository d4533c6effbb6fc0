// What is known, before a stage runs, of content that it fetches from elsewhere.
using System.Text.Json.Nodes;

namespace Tlpipe.Engine.Stages;

/// <summary>Content outside the store and the config's folders, named by a stage's options: a model on a hub, a file at an address.</summary>
/// <param name="Role">The option that names it; its digest stands under this name in the key.</param>
/// <param name="Digest">The content's digest; null where only fetching it will tell.</param>
/// <param name="Details">Which content exactly: what <see cref="StageRun.Origin"/> hands to the stage when it runs.</param>
public sealed record ContentOrigin(string Role, string? Digest, JsonObject Details)
{
    /// <summary>What is known of the stage's first output.</summary>
    public Facts Facts { get; init; } = Facts.None;

    /// <summary>What a run would fetch, in a few words: <c>438 MB from huggingface.co</c>. Null where everything is on this machine.</summary>
    public string? Fetches { get; init; }

    /// <summary>Why it cannot be fetched, which matters only where the store has no result made from it.</summary>
    public Obstacle? Obstacle { get; init; }
}

/// <summary>Why something cannot be fetched.</summary>
/// <param name="Code">An <see cref="Tlpipe.Engine.Diagnostics.ErrorCode"/>.</param>
/// <param name="Message">What is missing, and after "; " how to put it there.</param>
public sealed record Obstacle(string Code, string Message);

/// <summary>How content elsewhere is looked for.</summary>
/// <param name="LockFile">The file beside the config that keeps what names were resolved to.</param>
/// <param name="Offline">Whether the network must not be used.</param>
/// <param name="Refresh">Whether names are resolved again although the lock file has them.</param>
/// <param name="Fetch">Whether to fetch content whose digest nobody knows; else it may stay unknown.</param>
/// <param name="Report">Hears what is worth telling.</param>
/// <param name="Stopping">Set when the search should end with <see cref="OperationCanceledException"/>.</param>
public sealed record OriginSearch(string LockFile, bool Offline, bool Refresh, bool Fetch, Action<StageEvent> Report, CancellationToken Stopping);

/// <summary>A stage that takes content from elsewhere. Its paths are its own to look for: the engine does not ask whether they exist.</summary>
public interface IOriginStage<in TOptions> : IStage<TOptions>
    where TOptions : class
{
    /// <summary>Says what content the options stand for. Called when planned and, before the stage's turn, when run.</summary>
    /// <exception cref="Tlpipe.Engine.Diagnostics.PipelineException">It cannot be found.</exception>
    ContentOrigin Locate(TOptions options, OriginSearch search);
}
