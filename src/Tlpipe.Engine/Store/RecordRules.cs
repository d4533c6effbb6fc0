// What a result's record has to be like, wherever it comes from: the store itself, a shared store or an archive.
using System.Security.Cryptography;
using System.Text;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Store;

/// <summary>
/// The one place that decides whether a record may be used. A record that a stage of this program could not have written would fail every
/// later run that meets it, and it would do so each time.
/// </summary>
internal static class RecordRules
{
    /// <summary>The most bytes of a record from elsewhere. A record of 10,000 files has about 2 MB.</summary>
    public const int LongestRecord = 4 << 20;

    private const int MostFiles = 10_000;
    private const int LongestName = 255;
    private const int LongestPath = 1024;
    private const int LongestDigest = 128;

    // An output may be an empty folder, as a training's checkpoints are where it keeps none; its digest then says so.
    private static readonly string[] DigestsOfNothing = [ContentDigest.OfNames([]), Convert.ToHexStringLower(SHA256.HashData([]))];

    /// <summary>Reads a record; null if it is not the complete and correct record of that key, or is not one of its stage kind.</summary>
    /// <param name="bytes">The record.</param>
    /// <param name="key">The key.</param>
    /// <param name="kinds">The stage kinds; null checks all but the names of the outputs.</param>
    public static StoredResult? Read(byte[] bytes, string key, StageCatalog? kinds) =>
        ResultRecord.Read(bytes, key) is { } result && HasItsOutputs(result, kinds) && result.Outputs.All(o => IsSound(o.Key, o.Value)) ? result : null;

    // Another version of the kind may have had other outputs.
    private static bool HasItsOutputs(StoredResult result, StageCatalog? kinds) =>
        kinds is null
        || (result.Outputs.Count > 0 && (!kinds.TryGet(result.Document.Stage, out var kind) || kind.Version != result.Document.Version
            || (result.Outputs.Count == kind.Outputs.Count && kind.Outputs.All(o => result.Outputs.ContainsKey(o.Name)))));

    private static bool IsSound(string name, StoredOutput output)
    {
        if (!IsName(name) || output.Files.Count > MostFiles || (output.Files.Count == 0 && !DigestsOfNothing.Contains(output.Digest))
            || output.Digest.Length is 0 or > LongestDigest || !output.Digest.All(char.IsAsciiLetterOrDigit))
            return false;
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var total = 0.0;
        foreach (var file in output.Files)
        {
            total += file.Size;
            if (Encoding.UTF8.GetByteCount(file.Path) > LongestPath || !file.Path.Split('/').All(IsName) || !paths.Add(file.Path))
                return false;
        }
        // A file cannot be the folder of another one.
        return total < long.MaxValue && !paths.SelectMany(FoldersOf).Any(paths.Contains);
    }

    private static bool IsName(string name) => Encoding.UTF8.GetByteCount(name) <= LongestName && StoreNames.IsRelative(name);

    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
            yield return path[..slash];
    }
}
