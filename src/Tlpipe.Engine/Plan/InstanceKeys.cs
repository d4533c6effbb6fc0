// Makes the key document of a stage instance once the digests of all its inputs are known.
using System.Reflection;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Plan;

/// <summary>
/// The one place that lists what identifies a result: stage kind and version, semantic options, the content of every input, and, for a stage
/// that computes with tensors, the number format.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="files">The digests of files that have not changed; null to read every file.</param>
public sealed class InstanceKeys(Pipeline pipeline, StatCache? files = null)
{
    private readonly Dictionary<(string Path, string Patterns), string> pathDigests = [];

    /// <summary>The key document of an instance.</summary>
    /// <param name="stage">The instance.</param>
    /// <param name="digestOf">The content digest of an output of another instance.</param>
    /// <param name="origin">The content that it fetches, with a known digest; null for a stage that fetches nothing.</param>
    /// <exception cref="PipelineException">A file or folder that an option names is missing.</exception>
    public KeyDocument Document(StageInstance stage, Func<Input, string> digestOf, ContentOrigin? origin = null)
    {
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (role, input) in stage.Inputs)
            inputs.Add(stage.Kind.Options.KeyPath(role), digestOf(input));
        if (origin is not null)
            inputs.Add(origin.Role, origin.Digest ?? throw new ArgumentException($"the content of '{stage.Name}' has no digest yet", nameof(origin)));
        foreach (var path in PathsOf(stage))
            inputs.Add(stage.Kind.Options.KeyPath(path.Role), PathDigest(stage, path));
        return new KeyDocument
        {
            Stage = stage.Kind.Kind,
            Version = stage.Kind.Version,
            Options = OptionsDocument.Write(stage.Kind.Options, stage.Options, executionOnly: false),
            Inputs = inputs,
            Dtype = stage.Kind.UsesTensors ? pipeline.Numerics.Word : null,
        };
    }

    /// <summary>The missing files among those that the instance's options name.</summary>
    public static IEnumerable<Diagnostic> MissingFiles(StageInstance stage) =>
        from path in PathsOf(stage)
        where !System.IO.Path.Exists(path.Path.FullPath)
        select new Diagnostic(
            path.Path.Location ?? stage.Location,
            ErrorCode.MissingFile,
            $"stage '{stage.Name}': there is no '{path.Path.Text}'; {Remedy(stage, path.Role) ?? $"put it at {path.Path.FullPath}"}");

    /// <summary>The paths that the engine checks. A stage with an origin checks its own.</summary>
    private static IReadOnlyList<PathUse> PathsOf(StageInstance stage) => stage.Kind.HasOrigin ? [] : stage.Paths;

    private string PathDigest(StageInstance stage, PathUse option)
    {
        // Stages may use different files of the same folder.
        var digested = (option.Path.FullPath, string.Join('\n', option.Patterns));
        if (pathDigests.TryGetValue(digested, out var known))
            return known;
        if (MissingFiles(stage).ToList() is { Count: > 0 } missing)
            throw new PipelineException(missing);
        return pathDigests[digested] = ContentDigest.Of(option.Path.FullPath, option.Patterns.Count == 0 ? null : option.Patterns, option.Path.Location, files);
    }

    private static string? Remedy(StageInstance stage, string role) =>
        stage.Kind.OptionsType.GetProperties()
            .Where(p => p.GetCustomAttribute<RemedyForAttribute>() is { } remedy && stage.Kind.Options[role]?.PropertyName == remedy.Path)
            .Select(p => p.GetValue(stage.Options) as string)
            .FirstOrDefault(text => text is not null);
}
