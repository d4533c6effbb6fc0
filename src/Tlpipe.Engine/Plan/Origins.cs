// The origins of the content that stages fetch, located once for each stage of a plan or run.
using System.Collections.Concurrent;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Plan;

/// <summary>The user's options for fetched content.</summary>
/// <param name="Offline">Whether the network must not be used.</param>
/// <param name="Refresh">Whether names are resolved again although the lock file has them.</param>
public sealed record OriginOptions(bool Offline = false, bool Refresh = false);

/// <summary>The origins of a pipeline's stages.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="options">The user's options for them.</param>
/// <param name="report">Receives what the search reports.</param>
/// <param name="stopping">Ends the search.</param>
public sealed class Origins(Pipeline pipeline, OriginOptions options, Action<StageInstance, StageEvent> report, CancellationToken stopping)
{
    private readonly ConcurrentDictionary<string, ContentOrigin> found = new(StringComparer.Ordinal);

    /// <summary>The file that keeps the resolved names: beside the config, with the same name and the extension <c>.lock</c>.</summary>
    public static string LockFile(Pipeline pipeline) => Path.GetFullPath(Path.ChangeExtension(pipeline.ConfigPath, ".lock"));

    /// <summary>The origin of a stage's content; null for a stage that fetches nothing.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="fetch">Whether to fetch content whose digest is unknown.</param>
    /// <exception cref="PipelineException">It cannot be found.</exception>
    public ContentOrigin? Of(StageInstance stage, bool fetch)
    {
        if (!stage.Kind.HasOrigin)
            return null;
        if (found.TryGetValue(stage.Name, out var known) && (known.Digest is not null || !fetch))
            return known;
        try
        {
            var search = new OriginSearch(LockFile(pipeline), options.Offline, options.Refresh, fetch, news => report(stage, news), stopping);
            return found[stage.Name] = stage.Kind.Locate(stage.Options, search);
        }
        catch (PipelineException e)
        {
            throw new PipelineException([.. e.Diagnostics.Select(d => d with { Location = d.Location ?? stage.Location, Message = $"stage '{stage.Name}': {d.Message}" })]);
        }
    }

    /// <summary>The mistakes of all stages whose content cannot be found.</summary>
    public IEnumerable<Diagnostic> Mistakes(IEnumerable<StageInstance> stages)
    {
        foreach (var stage in stages)
        {
            IReadOnlyList<Diagnostic> mistakes = [];
            try
            {
                Of(stage, fetch: false);
            }
            catch (PipelineException e)
            {
                mistakes = e.Diagnostics;
            }
            foreach (var mistake in mistakes)
                yield return mistake;
        }
    }
}
