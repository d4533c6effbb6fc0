// trainer_state.json, as Trainer writes it.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Training;

/// <summary>What trainer_state.json says (docs/hf-parity.md 13.5).</summary>
/// <param name="Arguments">The options.</param>
/// <param name="Steps">The counts that follow from them.</param>
/// <param name="History">The lines of the log so far.</param>
/// <param name="Best">The best evaluation; null while there is none.</param>
/// <param name="BestMetric">Its figure, an infinity where all were NaN; null before the first evaluation.</param>
/// <param name="BestCheckpoint">The kept checkpoint that is best; null where none is kept.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Step">Updates done.</param>
/// <param name="TotalFlops">Trainer's <c>total_flos</c>: six operations for each token, padding counted, and parameter without embeddings.</param>
/// <param name="Patience">Evaluations since the last that was better; null where training does not stop early.</param>
/// <param name="Saves">Whether it is written because a checkpoint is kept.</param>
/// <param name="Ends">Whether training ends here.</param>
public sealed record TrainerStateFile(
    TrainingArguments Arguments,
    Steps Steps,
    IReadOnlyList<TrainingLogEntry> History,
    BestEvaluation? Best,
    double? BestMetric,
    string? BestCheckpoint,
    double Epoch,
    long Step,
    double TotalFlops,
    int? Patience,
    bool Saves,
    bool Ends)
{
    public const string Name = HuggingFaceFiles.TrainerState;

    public void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, Name), Bytes(times: true));

    /// <summary>A digest of all but the times.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Bytes(times: false)));

    private byte[] Bytes(bool times)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteState(json, times);
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private void WriteState(Utf8JsonWriter json, bool times)
    {
        var intervals = new TrainingIntervals(Arguments, Steps);
        json.WriteStartObject();
        WriteNumber(json, "best_global_step", Best?.Step);
        WriteNumber(json, "best_metric", BestMetric);
        json.WriteString("best_model_checkpoint", BestCheckpoint);
        WriteNumber(json, "epoch", Epoch);
        // Trainer has 500 here where it does not go by steps.
        json.WriteNumber("eval_steps", Arguments.EvalStrategy == IntervalStrategy.Steps ? intervals.EvalSteps : 500);
        json.WriteNumber("global_step", Step);
        json.WriteBoolean("is_hyper_param_search", false);
        json.WriteBoolean("is_local_process_zero", true);
        json.WriteBoolean("is_world_process_zero", true);
        json.WriteStartArray("log_history");
        foreach (var entry in History)
            WriteEntry(json, entry, times);
        json.WriteEndArray();
        json.WriteNumber("logging_steps", intervals.LoggingSteps);
        json.WriteNumber("max_steps", Steps.TotalUpdates);
        json.WriteNumber("num_input_tokens_seen", 0);
        json.WriteNumber("num_train_epochs", Steps.Epochs);
        json.WriteNumber("save_steps", intervals.SaveSteps);
        WriteCallbacks(json);
        WriteNumber(json, "total_flos", TotalFlops);
        json.WriteNumber("train_batch_size", Arguments.PerDeviceTrainBatchSize);
        json.WriteNull("trial_name");
        json.WriteNull("trial_params");
        json.WriteEndObject();
    }

    private void WriteCallbacks(Utf8JsonWriter json)
    {
        json.WriteStartObject("stateful_callbacks");
        if (Patience is { } patience)
        {
            json.WriteStartObject("EarlyStoppingCallback");
            json.WriteStartObject("args");
            json.WriteNumber("early_stopping_patience", Arguments.EarlyStoppingPatience!.Value);
            WriteNumber(json, "early_stopping_threshold", Arguments.EarlyStoppingThreshold);
            json.WriteEndObject();
            json.WriteStartObject("attributes");
            json.WriteNumber("early_stopping_patience_counter", patience);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteStartObject("TrainerControl");
        json.WriteStartObject("args");
        foreach (var (name, value) in new[] { ("epoch_stop", false), ("evaluate", false), ("log", false), ("save", Saves), ("training_stop", Ends) })
            json.WriteBoolean($"should_{name}", value);
        json.WriteEndObject();
        json.WriteStartObject("attributes");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteEntry(Utf8JsonWriter json, TrainingLogEntry entry, bool times)
    {
        json.WriteStartObject();
        WriteNumber(json, "epoch", entry.Epoch);
        switch (entry)
        {
            case TrainLogEntry train:
                if (train.GradNorm is not null)
                    WriteNumber(json, "grad_norm", train.GradNorm);
                WriteNumber(json, "learning_rate", train.LearningRate);
                WriteNumber(json, "loss", train.Loss);
                break;
            case EvalLogEntry eval:
                foreach (var (name, value) in Figures(eval, times).OrderBy(figure => figure.Key, StringComparer.Ordinal))
                    WriteNumber(json, name, value);
                break;
        }
        json.WriteNumber("step", entry.Step);
        json.WriteEndObject();
    }

    private IEnumerable<KeyValuePair<string, double?>> Figures(EvalLogEntry eval, bool times)
    {
        var batches = (eval.Rows + Arguments.PerDeviceEvalBatchSize - 1) / Arguments.PerDeviceEvalBatchSize;
        foreach (var (name, value) in eval.Figures)
            yield return new(name, value);
        yield return new("eval_runtime", times ? Math.Round(eval.Seconds, 4) : null);
        yield return new("eval_samples_per_second", times ? Rate(eval.Rows) : null);
        yield return new("eval_steps_per_second", times ? Rate(batches) : null);

        double? Rate(long count) => eval.Seconds > 0 ? Math.Round(count / eval.Seconds, 3) : null;
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        if (value is { } number)
            // Python writes NaN as it is, which no strict JSON reader would take for a number.
            json.WriteRawValue(PythonNumber(number), skipInputValidation: true);
        else
            json.WriteNullValue();
    }

    /// <summary>A number as Python's <c>repr</c> writes it: <c>5e-05</c>, <c>1.0</c>, <c>NaN</c>.</summary>
    private static string PythonNumber(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "Infinity" : "-Infinity";
        var parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var point = parts[0].IndexOf('.');
        var written = parts[0].Replace(".", "");
        var digits = written.TrimStart('0');
        var exponent = value == 0 ? 0
            : (point < 0 ? parts[0].Length : point) - 1 - (written.Length - digits.Length) + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        digits = digits.TrimEnd('0');
        var text = new StringBuilder(double.IsNegative(value) ? "-" : "");
        if (exponent is < -4 or >= 16)
            return text.Append(digits[0]).Append(digits.Length > 1 ? "." + digits[1..] : "")
                .Append(CultureInfo.InvariantCulture, $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}").ToString();
        if (exponent < 0)
            return text.Append("0.").Append('0', -exponent - 1).Append(digits).ToString();
        var whole = digits.PadRight(exponent + 1, '0');
        return text.Append(whole[..(exponent + 1)]).Append('.').Append(whole.Length > exponent + 1 ? whole[(exponent + 1)..] : "0").ToString();
    }
}
