// What a training gives beside the weights.
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tlpipe.Nlp.Training;

/// <summary>The outcome of a training; the weights are in the model, those of the best epoch if that was asked for.</summary>
/// <param name="History">The lines of the log, in order.</param>
/// <param name="Best">The evaluation with the lowest loss; null where every loss was NaN.</param>
/// <param name="TrainLoss">The mean loss of all updates (hf-parity.md 10.9).</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Step">Updates done.</param>
/// <param name="TotalFlops">Trainer's <c>total_flos</c>: six operations for each token, padding counted, and parameter without embeddings.</param>
/// <param name="Arguments">The options.</param>
/// <param name="Measured">Times; they are in no file that this class writes.</param>
public sealed record TrainingOutcome(
    IReadOnlyList<TrainingLogEntry> History,
    BestEvaluation? Best,
    double TrainLoss,
    double Epoch,
    long Step,
    double TotalFlops,
    TrainingArguments Arguments,
    TrainingMeasurements Measured)
{
    /// <summary>
    /// Writes <c>trainer_state.json</c> as Trainer does after the last epoch (hf-parity.md 13.5), without times. No
    /// checkpoint of Trainer's kind is left, so it names none as the best.
    /// </summary>
    public void WriteTrainerState(string folder)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteState(json);
        stream.WriteByte((byte)'\n');
        File.WriteAllBytes(Path.Combine(folder, "trainer_state.json"), stream.ToArray());
    }

    private void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteNumber(json, "best_global_step", Best?.Step);
        WriteNumber(json, "best_metric", Best?.EvalLoss);
        json.WriteNull("best_model_checkpoint");
        WriteNumber(json, "epoch", Epoch);
        json.WriteNumber("eval_steps", 500);
        json.WriteNumber("global_step", Step);
        json.WriteBoolean("is_hyper_param_search", false);
        json.WriteBoolean("is_local_process_zero", true);
        json.WriteBoolean("is_world_process_zero", true);
        json.WriteStartArray("log_history");
        foreach (var entry in History)
            WriteEntry(json, entry);
        json.WriteEndArray();
        json.WriteNumber("logging_steps", Arguments.LoggingSteps);
        json.WriteNumber("max_steps", Step);
        json.WriteNumber("num_input_tokens_seen", 0);
        json.WriteNumber("num_train_epochs", (long)Math.Ceiling(Arguments.NumTrainEpochs));
        json.WriteNumber("save_steps", 500);
        json.WriteStartObject("stateful_callbacks");
        json.WriteStartObject("TrainerControl");
        json.WriteStartObject("args");
        foreach (var (name, value) in new[] { ("epoch_stop", false), ("evaluate", false), ("log", false), ("save", true), ("training_stop", true) })
            json.WriteBoolean($"should_{name}", value);
        json.WriteEndObject();
        json.WriteStartObject("attributes");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        WriteNumber(json, "total_flos", TotalFlops);
        json.WriteNumber("train_batch_size", Arguments.PerDeviceTrainBatchSize);
        json.WriteNull("trial_name");
        json.WriteNull("trial_params");
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, TrainingLogEntry entry)
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
                if (eval.EvalAccuracy is not null)
                    WriteNumber(json, "eval_accuracy", eval.EvalAccuracy);
                WriteNumber(json, "eval_loss", eval.EvalLoss);
                break;
        }
        json.WriteNumber("step", entry.Step);
        json.WriteEndObject();
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
    internal static string PythonNumber(double value)
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
