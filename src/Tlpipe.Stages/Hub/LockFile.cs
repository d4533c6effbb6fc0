// <config>.lock: what names of models and addresses of files were resolved to, so that the same config stays the same experiment.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Stages.Hub;

/// <summary>A model as it was resolved.</summary>
/// <param name="Commit">The commit of its repository.</param>
/// <param name="Files">The files that tlpipe takes of it.</param>
internal sealed record LockedModel(string Commit, SortedDictionary<string, FileContent> Files);

/// <summary>The content of a lock file.</summary>
/// <param name="Version">1.</param>
/// <param name="Models">Models by <c>NAME@REVISION</c>.</param>
/// <param name="Urls">Files by their addresses.</param>
internal sealed record LockDocument(int Version, SortedDictionary<string, LockedModel> Models, SortedDictionary<string, FileContent> Urls)
{
    public const int ThisVersion = 1;

    /// <summary>Whether every hash and commit in it is well formed.</summary>
    [JsonIgnore]
    public bool IsSound =>
        Version == ThisVersion
        && Models.Values.All(model => model is not null && ModelName.IsCommitHash(model.Commit) && model.Files.Values.All(Sound) && model.Files.Keys.All(name => name == Path.GetFileName(name)))
        && Urls.Values.All(Sound);

    // An edited file may have null in place of a file.
    private static bool Sound(FileContent? content) => content is { Size: >= 0 } && ContentHash.IsSha256(content.Sha256);
}

/// <summary>The JSON of lock files; generated at build time, so that starting costs no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LockDocument))]
internal sealed partial class LockJson : JsonSerializerContext;

/// <summary>The lock file of a config.</summary>
internal sealed class LockFile
{
    // Read by users and compared by git; no browser sees it.
    private static readonly LockJson Readable = new(new JsonSerializerOptions(LockJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    private readonly string path;
    private LockDocument document;

    private LockFile(string path, LockDocument document)
    {
        this.path = path;
        this.document = document;
    }

    /// <summary>Reads the file; without one nothing is locked.</summary>
    /// <exception cref="PipelineException">It cannot be read, or is not a lock file.</exception>
    public static LockFile Load(string path) => new(path, Read(path));

    /// <summary>The commit and files that a model was resolved to, or null.</summary>
    public LockedModel? Model(ModelName name) => document.Models.GetValueOrDefault(Key(name));

    /// <summary>The content of the file at an address, or null.</summary>
    public FileContent? Url(string address) => document.Urls.GetValueOrDefault(address);

    /// <summary>Records what a model was resolved to.</summary>
    /// <exception cref="PipelineException">The file cannot be written.</exception>
    public void Keep(ModelName name, LockedModel model) => Change(Key(name), known => known.Models[Key(name)] = model);

    /// <summary>Records the content of the file at an address.</summary>
    /// <exception cref="PipelineException">The file cannot be written.</exception>
    public void Keep(string address, FileContent content) => Change(address, known => known.Urls[address] = content);

    private static string Key(ModelName name) => $"{name.Repository}@{name.Revision}";

    private static LockDocument Read(string path)
    {
        try
        {
            if (!File.Exists(path))
                return new LockDocument(LockDocument.ThisVersion, new(StringComparer.Ordinal), new(StringComparer.Ordinal));
            if (JsonSerializer.Deserialize(File.ReadAllText(path), Readable.LockDocument) is { IsSound: true } read)
                return new LockDocument(read.Version, new(read.Models, StringComparer.Ordinal), new(read.Urls, StringComparer.Ordinal));
        }
        catch (JsonException)
        {
            // Reported below.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(null, ErrorCode.LockFile, $"the lock file {path} cannot be read ({e.Message.TrimEnd('.')}); make it readable");
        }
        throw new PipelineException(
            null, ErrorCode.LockFile, $"{path} is not a lock file of this version of tlpipe; restore it, or delete it and everything in it is resolved again");
    }

    private void Change(string what, Action<LockDocument> change)
    {
        // Another run of the same config may have added to it in the meantime.
        document = Read(path);
        change(document);
        var text = JsonSerializer.Serialize(document, Readable.LockDocument) + "\n";
        var written = $"{path}.{Guid.NewGuid():n}";
        try
        {
            if (File.Exists(path) && File.ReadAllText(path) == text)
                return;
            File.WriteAllText(written, text);
            File.Move(written, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(
                null, ErrorCode.LockFile,
                $"the lock file {path} cannot be written ({e.Message.TrimEnd('.')}), so what {what} is now would not be kept; make its folder writable, or give a revision that is a commit, or a sha256");
        }
    }
}
