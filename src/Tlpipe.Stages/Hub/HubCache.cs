// One model's folder in the hub's cache on this machine, in the layout of huggingface_hub (docs/hf-parity.md 15.2).
using System.Text;

namespace Tlpipe.Stages.Hub;

/// <summary>
/// <c>models--org--name/{blobs/ETAG, refs/REVISION, snapshots/COMMIT/NAME -> ../../blobs/ETAG, .no_exist/COMMIT/NAME}</c>. Python's library and tlpipe
/// share it; a file is in <c>blobs</c> under its hash only when it is whole.
/// </summary>
/// <param name="settings">Where the cache is.</param>
/// <param name="name">The model.</param>
internal sealed class HubCache(HubSettings settings, ModelName name)
{
    private readonly string folder = Path.Combine(settings.Cache, name.FolderName);

    /// <summary>The cache's root, for messages.</summary>
    public string Root => settings.Cache;

    /// <summary>The commit of the wanted revision when it was last looked up; null if the cache does not know.</summary>
    public string? KnownCommit()
    {
        if (name.IsCommit)
            return name.Revision;
        var file = Path.Combine(folder, "refs", name.Revision);
        return File.Exists(file) && File.ReadAllText(file).Trim() is var commit && ModelName.IsCommitHash(commit) ? commit : null;
    }

    /// <summary>The folder that shows the files of a commit.</summary>
    public string Snapshot(string commit) => Path.Combine(folder, "snapshots", commit);

    /// <summary>The names of the files that are there of a commit.</summary>
    public IReadOnlyList<string> Names(string commit) =>
        Directory.Exists(Snapshot(commit))
            // A link whose blob is gone does not count as a file.
            ? [.. Directory.EnumerateFiles(Snapshot(commit)).Where(File.Exists).Select(path => Path.GetFileName(path))]
            : [];

    /// <summary>Whether a file of a commit is there.</summary>
    public bool Has(string commit, string file) => File.Exists(Path.Combine(Snapshot(commit), file));

    /// <summary>The content of a file of a commit: by its blob's name where that is its SHA-256, else read.</summary>
    public FileContent ContentOf(string commit, string file)
    {
        var path = Path.Combine(Snapshot(commit), file);
        var etag = Path.GetFileName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? "");
        if (ContentHash.IsSha256(etag))
            return new FileContent(etag, new FileInfo(Blob(etag)) is { Exists: true } blob ? blob.Length : ContentHash.Of(path).Size);
        var hash = ContentHash.Of(path);
        return new FileContent(hash.Sha256, hash.Size);
    }

    /// <summary>The path of a complete blob.</summary>
    public string Blob(string etag) => Path.Combine(folder, "blobs", etag);

    /// <summary>The path of a blob that is still being fetched; huggingface_hub continues the same file.</summary>
    public string Partial(string etag) => Blob(etag) + ".incomplete";

    /// <summary>The file that is locked while a blob is fetched.</summary>
    public string LockFile(string etag) => Path.Combine(settings.Cache, ".locks", name.FolderName, etag + ".lock");

    /// <summary>Remembers which commit the wanted revision is.</summary>
    public void KeepCommit(string commit)
    {
        if (name.IsCommit || KnownCommit() == commit)
            return;
        Writing(() => Replace(Path.Combine(folder, "refs", name.Revision), commit));
    }

    /// <summary>Remembers that a commit has no such file, so that Python's library does not ask for it.</summary>
    public void KeepMissing(string commit, string file) => Writing(() =>
    {
        var marker = Path.Combine(folder, ".no_exist", commit, file);
        Directory.CreateDirectory(Path.GetDirectoryName(marker)!);
        if (!File.Exists(marker))
            File.WriteAllBytes(marker, []);
    });

    /// <summary>Makes the folders that a blob needs.</summary>
    public void Prepare(string etag) => Writing(() =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob(etag))!);
        Directory.CreateDirectory(Path.GetDirectoryName(LockFile(etag))!);
        var tag = Path.Combine(settings.Cache, "CACHEDIR.TAG");
        if (!File.Exists(tag))
            File.WriteAllText(tag, "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of models; see https://bford.info/cachedir/\n");
    });

    /// <summary>Makes a whole, checked partial file the blob.</summary>
    public void Keep(string etag) => Writing(() => File.Move(Partial(etag), Blob(etag), overwrite: true));

    /// <summary>Shows a blob as a file of a commit.</summary>
    public void Show(string commit, string file, string etag) => Writing(() =>
    {
        var pointer = Path.Combine(Snapshot(commit), file);
        Directory.CreateDirectory(Path.GetDirectoryName(pointer)!);
        if (File.Exists(pointer))
            return;
        // A name that exists and is not a file is a link whose blob was deleted.
        File.Delete(pointer);
        try
        {
            File.CreateSymbolicLink(pointer, Path.Combine("..", "..", "blobs", etag));
        }
        catch (IOException) when (!File.Exists(pointer))
        {
            // A file system without links: huggingface_hub also puts the file itself there.
            File.Copy(Blob(etag), pointer);
        }
        catch (IOException)
        {
            // Another process was quicker.
        }
    });

    private static void Replace(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var written = $"{path}.{Guid.NewGuid():n}";
        File.WriteAllText(written, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(written, path, overwrite: true);
    }

    private void Writing(Action write) => DownloadFolder.Writing(settings.Cache, "HF_HUB_CACHE", write);
}
