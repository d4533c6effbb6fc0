// Checks that the files that a stage reads from outside the store do not change while it runs.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Execution;

/// <summary>
/// A key holds the digests of those files, but the stage reads them later. A result of other bytes must not be published under that key.
/// </summary>
internal sealed class WatchedFiles
{
    private readonly List<(PathUse Use, Dictionary<string, FileState> States, string Digest)> watched = [];
    private readonly StatCache cache;
    private bool doubtful;

    private WatchedFiles(StatCache cache) => this.cache = cache;

    /// <summary>Records the state of the files that the options name.</summary>
    /// <exception cref="PipelineException">A file is missing, or does not match its digest in the key.</exception>
    public static WatchedFiles Of(OptionModel model, object options, KeyDocument document, StatCache cache)
    {
        var files = new WatchedFiles(cache);
        foreach (var use in OptionUses.Paths(model, options))
        {
            var digest = document.Inputs[model.KeyPath(use.Role)];
            var states = StatesOf(use);
            if (ContentDigest.Of(use.Path.FullPath, Patterns(use), location: null, cache) != digest)
            {
                throw new PipelineException(
                    null, ErrorCode.BadInput, $"{use.Path.FullPath} changed after the run had begun; run again once nothing writes to it");
            }
            files.doubtful |= states.Values.Any(cache.IsDoubtful);
            files.watched.Add((use, states, digest));
        }
        return files;
    }

    /// <summary>Compares the files with their recorded state.</summary>
    /// <exception cref="PipelineException">A file has changed, whether or not it has changed back.</exception>
    public void CheckUnchanged()
    {
        foreach (var (use, before, digest) in watched)
        {
            var now = StatesOf(use);
            if (now.Count != before.Count || now.FirstOrDefault(f => !IsSame(f.Value, before.GetValueOrDefault(f.Key))) is { Key: not null } changed)
                throw ContentDigest.Changed(use.Path.FullPath);
            // A very recent file, or one with a new link or new permissions, may have been written to although its state looks the same.
            var looksSame = !doubtful && now.All(f => f.Value == before[f.Key]);
            if (!looksSame && ContentDigest.Of(use.Path.FullPath, Patterns(use)) != digest)
                throw ContentDigest.Changed(use.Path.FullPath);
        }
    }

    private static bool IsSame(FileState now, FileState before) => now with { Changed = 0 } == before with { Changed = 0 };

    private static Dictionary<string, FileState> StatesOf(PathUse use)
    {
        var path = use.Path.FullPath;
        try
        {
            return Directory.Exists(path)
                ? ContentDigest.NamesIn(path, Patterns(use)).ToDictionary(name => name, name => FileState.Of(Path.Combine(path, name)))
                : new Dictionary<string, FileState> { [""] = FileState.Of(path) };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ContentDigest.Changed(path);
        }
    }

    private static IReadOnlyList<string>? Patterns(PathUse use) => use.Patterns.Count == 0 ? null : use.Patterns;
}
