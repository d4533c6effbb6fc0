// Imports a result from a shared store or another machine's archive.
namespace Tlpipe.Engine.Store;

/// <summary>Imports a result whose record is known and whose files are elsewhere.</summary>
internal static class ResultImport
{
    /// <summary>Fetches the files that are not here, each whole or not at all, and then writes the record.</summary>
    /// <param name="store">The store.</param>
    /// <param name="result">The result. Its description of its files is not trusted.</param>
    /// <param name="fetch">Writes a file's bytes to a path; false if it does not have them.</param>
    /// <returns>False if a file is unavailable; the result is not imported then.</returns>
    public static bool Adopt(ResultStore store, StoredResult result, Func<StoredFile, string, bool> fetch) => store.Guarded("written", () =>
    {
        using var scratch = store.CreateScratch();
        var files = result.Outputs.Values.SelectMany(o => o.Files).DistinctBy(f => f.Sha256).ToList();
        DiskSpace.Check(store.Root, files.Where(f => !File.Exists(store.BlobPath(f))).Sum(f => (double)f.Size), "what a shared store has");
        foreach (var file in files)
        {
            if (store.Blobs.HasAsClaimed(file))
                continue;
            var path = Path.Combine(scratch.Path, file.Sha256);
            if (!fetch(file, path))
                return false;
            if (store.Blobs.Add(file.Path, path, scratch) is var added && (added.Sha256, added.Size) != (file.Sha256, file.Size))
                return false;
        }
        store.Blobs.Sync(files.Select(f => f.Sha256));
        if (store.Find(result.Key) is null)
            store.WriteRecord(result, scratch, replace: false);
        return true;
    });
}
