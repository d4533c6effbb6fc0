// The lines of events.jsonl and of run --json.
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Runs;

/// <summary>
/// One event: <c>started</c> and <c>ended</c> of the run; <c>reused</c>, <c>waiting</c>, <c>running</c>, <c>done</c>, <c>failed</c>, <c>skipped</c> and <c>interrupted</c>
/// of a stage; and what a stage reports while it runs: <c>progress</c> (at most one a second), <c>epoch</c>, <c>note</c>, <c>warning</c>,
/// <c>checkpoint</c>, <c>resumed</c>. Null members are left out.
/// </summary>
public sealed record EventLine
{
    /// <summary>When it was written, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The name of the event: the <see cref="RunEvent.Name"/> of what happened.</summary>
    public required string Event { get; init; }

    /// <summary>The stage instance.</summary>
    public string? Stage { get; init; }

    /// <summary>The state that the stage is in from then on; null for an event that changes no stage's state.</summary>
    [JsonIgnore]
    public StageState? State => Stage is null ? null : StageStates.OfEvent(Event);

    /// <summary>The key of its result.</summary>
    public string? Key { get; init; }

    /// <summary>The identity of its result; its hash is the key.</summary>
    public KeyDocument? Document { get; init; }

    /// <summary>Its outputs, by name, with digest, files and facts.</summary>
    public IReadOnlyDictionary<string, StoredOutput>? Outputs { get; init; }

    /// <summary>The measurements taken while it was made.</summary>
    public IReadOnlyDictionary<string, double>? Measured { get; init; }

    /// <summary>How long its result took to compute, in this run or an earlier one.</summary>
    public double? Seconds { get; init; }

    /// <summary>Why it failed or was skipped.</summary>
    public string? Message { get; init; }

    /// <summary>The number of the error.</summary>
    public string? Code { get; init; }

    /// <summary>With <c>started</c>: the number of stages.</summary>
    public int? Stages { get; init; }

    /// <summary>With <c>ended</c>: how the run ended.</summary>
    public string? Outcome { get; init; }

    /// <summary>A stage's report, with its own members.</summary>
    public JsonNode? News { get; init; }

    /// <summary>The event as a line. Written member by member: a run writes hundreds, and the serializer's generic code would be compiled in every process.</summary>
    public string ToJson()
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteTo(json);
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }

    /// <summary>The events of a run, in order; a line that cannot be read, such as a killed process's last one, is skipped.</summary>
    public static IReadOnlyList<EventLine> Read(RunFolder run)
    {
        var events = new List<EventLine>();
        try
        {
            foreach (var line in File.ReadLines(run.Events))
                if (Parse(line) is { } read)
                    events.Add(read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The run ended before its first event.
        }
        return events;
    }

    private static EventLine? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RunsJson.Readable.EventLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("time", Time);
        json.WriteString("event", Event);
        WriteText(json, "stage", Stage);
        WriteText(json, "key", Key);
        if (Document is not null)
        {
            json.WritePropertyName("document");
            Document.ToJson().WriteTo(json);
        }
        if (Outputs is not null)
            WriteOutputs(json, Outputs);
        if (Measured is not null)
            WriteNumbers(json, "measured", Measured);
        if (Seconds is { } seconds)
            json.WriteNumber("seconds", seconds);
        WriteText(json, "message", Message);
        WriteText(json, "code", Code);
        if (Stages is { } stages)
            json.WriteNumber("stages", stages);
        WriteText(json, "outcome", Outcome);
        if (News is not null)
        {
            json.WritePropertyName("news");
            News.WriteTo(json);
        }
        json.WriteEndObject();
    }

    private static void WriteOutputs(Utf8JsonWriter json, IReadOnlyDictionary<string, StoredOutput> outputs)
    {
        json.WriteStartObject("outputs");
        foreach (var (name, output) in outputs)
        {
            json.WriteStartObject(name);
            json.WriteString("digest", output.Digest);
            json.WriteStartArray("files");
            foreach (var file in output.Files)
            {
                json.WriteStartObject();
                json.WriteString("path", file.Path);
                json.WriteString("sha256", file.Sha256);
                json.WriteNumber("size", file.Size);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            WriteNumbers(json, "facts", output.Facts);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, double> numbers)
    {
        json.WriteStartObject(name);
        foreach (var (member, value) in numbers)
            if (double.IsFinite(value))
                json.WriteNumber(member, value);
            else
                json.WriteString(member, value.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }
}
