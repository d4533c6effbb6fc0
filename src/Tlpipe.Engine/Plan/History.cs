// The time and memory of past computations, kept beside the results to estimate later ones.
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Plan;

/// <summary>One computation that ran from start to end without an interruption.</summary>
/// <param name="Kind">The stage's kind.</param>
/// <param name="Version">Its version.</param>
/// <param name="Host">The machine.</param>
/// <param name="Device">The requested device.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Dtype">The number format; null for a stage without tensors.</param>
/// <param name="Rows">The rows of its first output, if it has rows.</param>
/// <param name="Flops">The operations that were foreseen; null if they were not.</param>
/// <param name="PeakMemory">The peak memory in bytes; null if it is unknown.</param>
internal sealed record PastComputation(
    string Kind, int Version, string Host, string Device, double Seconds, string? Dtype = null, double? Rows = null, double? Flops = null, long? PeakMemory = null);

/// <summary>An estimate.</summary>
/// <param name="Seconds">How long it will take.</param>
/// <param name="Computations">How many earlier computations on this machine it rests on; 0 if it comes from the machine's speed.</param>
public sealed record TimeEstimate(double Seconds, int Computations);

/// <summary>
/// The file <c>history.jsonl</c> of a store: a line for each computation. No result depends on it, so an unreadable line is skipped.
/// </summary>
public sealed class History
{
    private const int Newest = 5;
    private const long MostBytes = 4 << 20;
    private readonly string file;
    private readonly Lazy<ILookup<string, PastComputation>> past;

    public History(ResultStore store)
    {
        file = Path.Combine(store.Root, "history.jsonl");
        past = new(() => Read().Where(c => c.Host == Environment.MachineName).ToLookup(c => c.Kind, StringComparer.Ordinal));
    }

    /// <summary>How long a stage will take on this machine; null if no similar stage has run here.</summary>
    /// <param name="pipeline">The pipeline, which names the device and the number format.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="work">Its work; null if that cannot be foreseen.</param>
    /// <param name="rows">The rows of its first output; null if they cannot be foreseen.</param>
    public TimeEstimate? Estimate(Pipeline pipeline, StageInstance stage, Work? work, double? rows)
    {
        var alike = Alike(pipeline, stage).ToList();
        if (work?.Flops is { } flops)
            return Scaled(alike.Where(c => c.Flops > 0).Select(c => c.Seconds / c.Flops!.Value), flops);
        if (rows is > 0 && Scaled(alike.Where(c => c.Rows > 0).Select(c => c.Seconds / c.Rows!.Value), rows.Value) is { } byRows)
            return byRows;
        return Scaled(alike.Select(c => c.Seconds), 1);
    }

    /// <summary>The peak memory of past stages of that kind on this machine; 0 if it is unknown.</summary>
    internal long PeakMemory(Pipeline pipeline, StageInstance stage) =>
        Alike(pipeline, stage).Reverse().Take(Newest).Max(c => c.PeakMemory) ?? 0;

    /// <summary>Adds a computation.</summary>
    internal void Add(Pipeline pipeline, StageInstance stage, StoredResult result, Work? work)
    {
        double? rows = result.Outputs[stage.Kind.Outputs[0].Name].Facts.TryGetValue("rows", out var count) ? count : null;
        var computation = new PastComputation(
            stage.Kind.Kind, stage.Kind.Version, Environment.MachineName, pipeline.Runtime.Device, result.Provenance.Seconds,
            stage.Kind.UsesTensors ? pipeline.Numerics.Word : null, rows, work?.Flops, result.Provenance.PeakMemory);
        Append(JsonSerializer.Serialize(computation, HistoryJson.Default.PastComputation) + "\n");
    }

    private static TimeEstimate? Scaled(IEnumerable<double> rates, double amount)
    {
        double[] all = [.. rates];
        var newest = all[^Math.Min(Newest, all.Length)..];
        Array.Sort(newest);
        return newest.Length == 0 ? null : new TimeEstimate(newest[newest.Length / 2] * amount, newest.Length);
    }

    private IEnumerable<PastComputation> Alike(Pipeline pipeline, StageInstance stage) =>
        past.Value[stage.Kind.Kind].Where(c =>
            !stage.Kind.UsesTensors || (c.Device == pipeline.Runtime.Device && c.Dtype == pipeline.Numerics.Word));

    private List<PastComputation> Read()
    {
        var computations = new List<PastComputation>();
        try
        {
            foreach (var line in File.ReadLines(file))
                if (Parse(line) is { } computation)
                    computations.Add(computation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a history there are no estimates from it.
        }
        return computations;
    }

    private static PastComputation? Parse(string line)
    {
        try
        {
            // Member by member, for the same reason as in ResultRecord.
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            return new PastComputation(
                json.GetProperty("kind").GetString() ?? "",
                json.GetProperty("version").GetInt32(),
                json.GetProperty("host").GetString() ?? "",
                json.GetProperty("device").GetString() ?? "",
                json.GetProperty("seconds").GetDouble(),
                Member(json, "dtype")?.GetString(),
                Member(json, "rows")?.GetDouble(),
                Member(json, "flops")?.GetDouble(),
                Member(json, "peak_memory")?.GetInt64());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static JsonElement? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private void Append(string line)
    {
        try
        {
            using var handle = Posix.OpenForLock(file);
            Posix.Lock(handle);
            var end = RandomAccess.GetLength(handle);
            if (end > MostBytes)
                RandomAccess.SetLength(handle, end = 0);
            RandomAccess.Write(handle, Encoding.UTF8.GetBytes(line), end);
            Posix.Unlock(handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A result matters more than a line about it.
        }
    }
}

/// <summary>The JSON of the history; generated at build time, so that starting costs no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PastComputation))]
internal sealed partial class HistoryJson : JsonSerializerContext;
