// The files that a view has put into a folder, so that it can tell them from the user's.
using System.Text.Json;
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Store;

/// <summary>A file as a view laid it.</summary>
/// <param name="Path">Output, '/', the file's path.</param>
/// <param name="Sha256">The blob it shows.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Written">The time of its last change, in ticks, UTC.</param>
internal sealed record ViewFile(string Path, string Sha256, long Size, long Written)
{
    /// <summary>Whether it is unchanged since, as far as size and time tell.</summary>
    public bool IsAsLaid(string folder) =>
        new FileInfo(System.IO.Path.Combine(folder, Path)) is { Exists: true, LinkTarget: null } found
        && found.Length == Size && found.LastWriteTimeUtc.Ticks == Written && !IsBehindLink(folder);

    /// <summary>Whether a file has the very bytes of this one.</summary>
    public bool HasContent(string path) =>
        new FileInfo(path) is { Exists: true, LinkTarget: null } found && found.Length == Size && FileHash.Of(path).Sha256 == Sha256;

    // A person may have moved a folder elsewhere and linked to it: what is in it is theirs from then on.
    private bool IsBehindLink(string folder)
    {
        for (var name = System.IO.Path.GetDirectoryName(Path); !string.IsNullOrEmpty(name); name = System.IO.Path.GetDirectoryName(name))
        {
            if (new FileInfo(System.IO.Path.Combine(folder, name)).LinkTarget is not null)
                return true;
        }
        return false;
    }
}

/// <summary>The file <c>.tlpipe-view.json</c> in a folder that shows a result.</summary>
/// <param name="Key">The result's key; null while the folder is changing from one result to another.</param>
/// <param name="Files">The view's own files; while it is changing, those of both results.</param>
internal sealed record ViewMarker(string? Key, IReadOnlyList<ViewFile> Files)
{
    private const string Name = ".tlpipe-view.json";
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The folder's marker; an empty one if it is missing or cannot be read.</summary>
    public static ViewMarker Read(string folder)
    {
        var nothing = new ViewMarker(null, []);
        try
        {
            // Member by member, as ResultRecord does and for the same reason.
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, Name)));
            var files = new List<ViewFile>();
            foreach (var file in json.RootElement.GetProperty("files").EnumerateArray())
                files.Add(new ViewFile(Text(file, "path"), Text(file, "sha256"), file.GetProperty("size").GetInt64(), file.GetProperty("written").GetInt64()));
            return files.All(f => StoreNames.IsRelative(f.Path)) ? new ViewMarker(json.RootElement.GetProperty("key").GetString(), files) : nothing;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or FileNotFoundException)
        {
            return nothing;
        }
    }

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new JsonException("null stands where text belongs");

    public void Write(string folder)
    {
        var draft = Path.Combine(folder, $"{Name}.draft");
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(this, Json));
        Posix.Rename(draft, Path.Combine(folder, Name));
    }

    /// <summary>A result's files under the paths at which a view shows them.</summary>
    public static IEnumerable<StoredFile> FilesOf(StoredResult result) =>
        result.Outputs.SelectMany(o => o.Value.Files.Select(f => f with { Path = $"{o.Key}/{f.Path}" }));

    /// <summary>Whether it names exactly a result's files. The key alone does not say so: a result computed again may have others.</summary>
    public bool Shows(StoredResult result) =>
        Key == result.Key && Files.Select(f => Line(f.Path, f.Sha256)).ToHashSet(StringComparer.Ordinal)
            .SetEquals(FilesOf(result).Select(f => Line(f.Path, f.Sha256)));

    // A name of a file has no NUL.
    private static string Line(string path, string sha256) => $"{path}\0{sha256}";
}
