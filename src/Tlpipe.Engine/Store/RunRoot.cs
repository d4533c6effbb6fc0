// The results that a run uses, recorded in the store so that no garbage collection removes them.
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Store;

/// <summary>The command and config that began a run.</summary>
/// <param name="Name">The pipeline's name, as <c>cache ls</c> shows it.</param>
/// <param name="Config">The config's absolute path; for other users of results, what they are.</param>
/// <param name="Properties">The values given with <c>-p</c>, each as <c>name=value</c>, in their order.</param>
/// <param name="Started">When, UTC.</param>
/// <param name="Host">The machine's name.</param>
public sealed record RunNote(string Name, string Config, IReadOnlyList<string> Properties, DateTimeOffset Started, string Host)
{
    /// <summary>The folder that it was started in, which paths in <see cref="Properties"/> are relative to; null in records of older versions.</summary>
    public string? Folder { get; init; }

    /// <summary>A note of a run that begins now on this machine, in the current folder.</summary>
    public static RunNote Now(string name, string config, IReadOnlyList<string>? properties = null) =>
        new(name, config, properties ?? [], DateTimeOffset.UtcNow, Environment.MachineName) { Folder = Environment.CurrentDirectory };
}

/// <summary>A result that a run used.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Stage">The full name of the stage instance that it was the result of.</param>
public sealed record RootedKey(string Key, string Stage);

/// <summary>
/// roots/runs/&lt;number&gt;-&lt;id&gt;: a line of JSON about the run, then a line <c>key stage</c> for each result, appended before the run
/// looks for it. The file is locked while the run lives and stays afterwards.
/// </summary>
/// <remarks>
/// A key is in the file before its result is looked for. A collection looks at all roots once more after it has moved results away, so it either
/// sees the key and puts the result back, or the run looks even later and finds the result in the trash.
/// </remarks>
public sealed class RunRoot : IDisposable
{
    private readonly SafeFileHandle? handle;
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private readonly Lock writing = new();
    private long length;

    private RunRoot(string path, SafeFileHandle? handle)
    {
        Path = path;
        this.handle = handle;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Begins one. A store that this user may only read records nothing, and nothing there can be collected by them.</summary>
    internal static RunRoot Begin(string folder, RunNote note)
    {
        if (!Posix.IsReadOnly(System.IO.Path.GetDirectoryName(folder)!))
            Directory.CreateDirectory(folder);
        // Numbers order runs, for clocks jump. Two that begin at once may have the same: their order does not matter.
        var number = 1L;
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [])
            number = Math.Max(number, RecordedRun.NumberOf(file) + 1);
        var path = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:d8}-{Guid.NewGuid():n}"));
        if (Posix.IsReadOnly(folder))
            return new RunRoot(path, null);
        var root = new RunRoot(path, Posix.OpenForLock(path));
        // A process that tests the lock holds it for a moment.
        Posix.Lock(root.handle!);
        root.Append(Line(note));
        return root;
    }

    // Member by member: the serializer's generic code would be compiled in every process.
    private static string Line(RunNote note) => new JsonObject
    {
        ["name"] = note.Name,
        ["config"] = note.Config,
        ["properties"] = new JsonArray([.. note.Properties.Select(property => (JsonNode)property)]),
        ["started"] = note.Started.ToString("O", CultureInfo.InvariantCulture),
        ["host"] = note.Host,
        ["folder"] = note.Folder,
    }.ToJsonString();

    /// <summary>Records that this run uses a result; call it before looking for the result.</summary>
    public void Add(string key, string stage)
    {
        StoreNames.CheckKey(key);
        lock (writing)
        {
            if (keys.Add($"{key} {stage}"))
                Append($"{key} {stage}");
        }
    }

    /// <summary>Ends the run. The results that it used stay recorded.</summary>
    public void Dispose()
    {
        lock (writing)
        {
            if (handle is null || handle.IsClosed)
                return;
            try
            {
                // Done while it is locked: after that, a collection may remove it.
                Posix.Sync(Path);
                Posix.Sync(System.IO.Path.GetDirectoryName(Path)!);
            }
            finally
            {
                Posix.Unlock(handle);
                handle.Dispose();
            }
        }
    }

    private void Append(string line)
    {
        if (handle is null)
            return;
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        RandomAccess.Write(handle, bytes, length);
        length += bytes.Length;
    }
}

/// <summary>A run as roots/runs/ has it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Number">Orders runs by their beginning.</param>
/// <param name="Note">The command and config that began it.</param>
/// <param name="Keys">The results it used or would have used, including unfinished ones.</param>
/// <param name="IsLive">Whether its process runs.</param>
public sealed record RecordedRun(string Path, long Number, RunNote Note, IReadOnlyList<RootedKey> Keys, bool IsLive)
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>All runs in a folder, the newest first. Files that no run wrote are left out.</summary>
    internal static IReadOnlyList<RecordedRun> ReadAll(string folder) =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Select(Read).OfType<RecordedRun>().OrderByDescending(r => r.Number).ThenByDescending(r => r.Note.Started)]
            : [];

    internal static long NumberOf(string path) =>
        long.TryParse(System.IO.Path.GetFileName(path).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>One run; null if the file is gone or is not a run. A last line that a killed process left incomplete is ignored.</summary>
    internal static RecordedRun? Read(string path)
    {
        try
        {
            // Looked at before the content is: a run seen as ended has written all it will.
            var live = IsLocked(path);
            var lines = Text(path).Split('\n')[..^1];
            if (lines.Length == 0 || JsonSerializer.Deserialize<RunNote>(lines[0], Json) is not { } note)
                return null;
            var keys = lines.Skip(1).Where(line => line.Length > 65 && line[64] == ' ' && StoreNames.IsSha256(line[..64]))
                .Select(line => new RootedKey(line[..64], line[65..])).ToList();
            return new RecordedRun(path, NumberOf(path), note, keys, live);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // .NET locks the files that it opens, so it cannot open a locked one.
    private static string Text(string path)
    {
        using var handle = Posix.OpenToRead(path);
        var bytes = new byte[RandomAccess.GetLength(handle)];
        return Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(handle, bytes, 0));
    }

    /// <summary>Whether a process holds it, or may do so where nothing can be locked.</summary>
    internal static bool IsLocked(string path)
    {
        using var handle = Posix.OpenToRead(path);
        // Without locks nothing tells whether it runs; it counts as running for a day.
        if (!Posix.HasLocks(handle))
            return DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < TimeSpan.FromDays(1);
        if (!Posix.TryLockShared(handle))
            return true;
        Posix.Unlock(handle);
        return false;
    }
}
