// The facts known, before a stage runs, about content that it downloads.
using System.Text.Json.Nodes;

namespace Tlpipe.Engine.Stages;

/// <summary>Content outside the store and the config's folders, named by a stage's options: a model on a hub, a file at an address.</summary>
/// <param name="Role">The option that names it; its digest stands under this name in the key.</param>
/// <param name="Digest">The content's digest; null if it is unknown before the download.</param>
/// <param name="Details">The exact content, which <see cref="StageRun.Origin"/> hands to the stage when it runs.</param>
public sealed record ContentOrigin(string Role, string? Digest, JsonObject Details)
{
    /// <summary>The facts known about the stage's first output.</summary>
    public Facts Facts { get; init; } = Facts.None;

    /// <summary>The download that a run needs, in a few words: <c>438 MB from huggingface.co</c>. Null if everything is on this machine.</summary>
    public string? Fetches { get; init; }

    /// <summary>The reason why it cannot be fetched, which matters only if the store has no result made from it.</summary>
    public Obstacle? Obstacle { get; init; }
}

/// <summary>Why something cannot be fetched.</summary>
/// <param name="Code">An <see cref="Tlpipe.Engine.Diagnostics.ErrorCode"/>.</param>
/// <param name="Message">The missing content, and after "; " how to provide it.</param>
public sealed record Obstacle(string Code, string Message);

/// <summary>The options of a search for content elsewhere.</summary>
/// <param name="LockFile">The file beside the config that keeps the resolved names.</param>
/// <param name="Offline">Whether the network must not be used.</param>
/// <param name="Refresh">Whether names are resolved again although the lock file has them.</param>
/// <param name="Fetch">Whether to download content with an unknown digest; otherwise the digest may stay unknown.</param>
/// <param name="Report">Receives messages for the user.</param>
/// <param name="Stopping">Set when the search should end with <see cref="OperationCanceledException"/>.</param>
public sealed record OriginSearch(string LockFile, bool Offline, bool Refresh, bool Fetch, Action<StageEvent> Report, CancellationToken Stopping);

/// <summary>A stage that takes content from elsewhere. It looks for its own paths: the engine does not check that they exist.</summary>
public interface IOriginStage<in TOptions> : IStage<TOptions>
    where TOptions : class
{
    /// <summary>Finds the content that the options name. Called for a plan and, before the stage starts, in a run.</summary>
    /// <exception cref="Tlpipe.Engine.Diagnostics.PipelineException">It cannot be found.</exception>
    ContentOrigin Locate(TOptions options, OriginSearch search);
}
