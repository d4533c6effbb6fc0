// The checkpoints of one computation. Damaged or half-written ones never count.
using System.Globalization;
using System.Text.Json;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Store;

/// <summary>
/// partial/&lt;key&gt;/step-000000123/ with a checkpoint's files and manifest.json. A checkpoint is written under another name,
/// its manifest last, and renamed once all of it is on the disk; older ones go only after that. The newest two stay.
/// </summary>
internal sealed class PartialFolder(string folder, TimeSpan interval, IStoreFiles files, Lease? lease = null) : ICheckpoints
{
    private const string ManifestName = "manifest.json";
    private const string ResumptionsName = "resumed-at";
    private const string StepPrefix = "step-";
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    // Only these may go: what is newer is the work of a process that has taken this one for dead.
    private readonly HashSet<string>? mine = lease is null ? null : [.. Entries(folder)];

    /// <inheritdoc/>
    public TimeSpan Interval { get; } = interval;

    /// <inheritdoc/>
    public string? Newest => Steps().OrderByDescending(s => s).Select(FolderOf).FirstOrDefault(IsWhole);

    /// <inheritdoc/>
    public void Save(long step, Action<string> write)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        files.CreateLastingFolder(folder);
        var draft = Path.Combine(folder, $"draft-{Guid.NewGuid():n}");
        files.CreateFolder(draft);
        try
        {
            write(draft);
            CrashPoint.Pass(CrashPoint.CheckpointWritten);
            Seal(draft, step);
            CrashPoint.Pass(CrashPoint.CheckpointSealed);
            Replace(FolderOf(step), draft);
        }
        finally
        {
            if (Directory.Exists(draft))
                files.DeleteFolder(draft);
        }
        RemoveAllBut(step);
    }

    /// <summary>The steps at which the computation resumed after an interruption, this one included.</summary>
    public IReadOnlyList<long> Resume(long step)
    {
        var path = Path.Combine(folder, ResumptionsName);
        File.AppendAllText(path, step.ToString(CultureInfo.InvariantCulture) + "\n");
        Posix.Sync(path);
        // A line that a power cut left half written does not count, like a half-written checkpoint.
        return [.. File.ReadLines(path).Select(line => long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : -1).Where(at => at >= 0)];
    }

    /// <summary>The step of a checkpoint's folder.</summary>
    public static long StepOf(string checkpoint) =>
        long.Parse(Path.GetFileName(checkpoint).AsSpan(StepPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The checkpoints that do not count, for the holder of the lease.</summary>
    public IReadOnlyList<string> Damaged() => [.. Checkpoints().Where(checkpoint => !IsWhole(checkpoint))];

    private void Seal(string draft, long step)
    {
        var contents = new List<StoredFile>();
        var names = ContentDigest.FilesBelow(draft).ToList();
        foreach (var name in names)
            files.BeginSync(Path.Combine(draft, name));
        foreach (var name in names)
        {
            var path = Path.Combine(draft, name);
            var (sha256, size) = files.Hash(path);
            files.Sync(path);
            contents.Add(new StoredFile(name, sha256, size));
        }
        var manifest = Path.Combine(draft, ManifestName);
        if (File.Exists(manifest))
            throw new ArgumentException($"a checkpoint's own file cannot be called {ManifestName}");
        files.Write(manifest, JsonSerializer.SerializeToUtf8Bytes(new Manifest(step, contents), Json));
        files.Sync(manifest);
        foreach (var inner in Directory.EnumerateDirectories(draft, "*", SearchOption.AllDirectories))
            files.Sync(inner);
        files.Sync(draft);
    }

    private void Replace(string checkpoint, string draft)
    {
        lease?.ThrowIfLost();
        // A folder that is not empty can't be renamed over; the old one goes aside for that moment.
        if (Directory.Exists(checkpoint))
        {
            var aside = Path.Combine(folder, $"replaced-{Guid.NewGuid():n}");
            files.Rename(checkpoint, aside);
            mine?.Add(aside);
        }
        files.Rename(draft, checkpoint);
        mine?.Add(checkpoint);
        CrashPoint.Pass(CrashPoint.CheckpointNamed);
        files.Sync(folder);
        CrashPoint.Pass(CrashPoint.CheckpointSynced);
    }

    private void RemoveAllBut(long step)
    {
        // Later steps were damaged, or the computation would have resumed from there.
        var previous = Steps().Where(s => s < step).DefaultIfEmpty(step).Max();
        var kept = new[] { FolderOf(step), FolderOf(previous) };
        foreach (var path in Entries(folder).Except(kept).Where(path => mine is null || mine.Contains(path)))
        {
            lease?.ThrowIfLost();
            files.DeleteFolder(path);
        }
    }

    private static string[] Entries(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    private bool IsWhole(string checkpoint)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<Manifest>(files.Read(Path.Combine(checkpoint, ManifestName)), Json);
            return manifest is not null && Path.GetFileName(checkpoint) == NameOf(manifest.Step)
                && manifest.Files.All(f => f is not null && IsWhole(checkpoint, f));
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException || e is IOException { HResult: Posix.InputOutputError })
        {
            return false;
        }
    }

    private bool IsWhole(string checkpoint, StoredFile file) =>
        new FileInfo(Path.Combine(checkpoint, file.Path)) is { Exists: true } found && found.Length == file.Size
        && files.Hash(found.FullName).Sha256 == file.Sha256;

    private IEnumerable<long> Steps()
    {
        foreach (var path in Checkpoints())
        {
            if (long.TryParse(Path.GetFileName(path).AsSpan(StepPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step))
                yield return step;
        }
    }

    private string[] Checkpoints()
    {
        try
        {
            return Directory.GetDirectories(folder, StepPrefix + "*");
        }
        catch (DirectoryNotFoundException)
        {
            // None yet; or another process, done with the computation, has just discarded them.
            return [];
        }
    }

    private string FolderOf(long step) => Path.Combine(folder, NameOf(step));

    private static string NameOf(long step) => string.Create(CultureInfo.InvariantCulture, $"{StepPrefix}{step:d9}");

    private sealed record Manifest(long Step, IReadOnlyList<StoredFile> Files);
}
