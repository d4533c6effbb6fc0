// A masked language model's stored answers at each masked position.
using System.Runtime.InteropServices;
using Tlpipe.Formats.Safetensors;

namespace Tlpipe.Nlp.Predictions;

/// <summary>A mean with its standard error.</summary>
/// <param name="Value">The mean.</param>
/// <param name="StandardError">How far off it may be for other windows of the same kind; NaN with one window.</param>
public readonly record struct Estimate(double Value, double StandardError);

/// <summary>Masked positions of windows, in the windows' order.</summary>
/// <param name="Losses">The cross-entropy at each position, <c>[positions]</c>.</param>
/// <param name="Targets">The tokens that were masked.</param>
/// <param name="Answers">The tokens that the model thinks most likely.</param>
/// <param name="Windows">The window of each position.</param>
public sealed record MaskedPredictions(float[] Losses, int[] Targets, int[] Answers, int[] Windows)
{
    /// <summary>The number of masked positions.</summary>
    public int Count => Losses.Length;

    /// <summary>The mean cross-entropy over all masked positions.</summary>
    public Estimate Loss => Mean(i => Losses[i]);

    /// <summary>The exponential of the loss; its standard error by the delta method.</summary>
    public Estimate Perplexity => new(Math.Exp(Loss.Value), Math.Exp(Loss.Value) * Loss.StandardError);

    /// <summary>The share of masked positions at which the most likely token is the right one.</summary>
    public Estimate Accuracy => Mean(i => Answers[i] == Targets[i] ? 1 : 0);

    /// <summary>Whether a folder holds predictions of a masked language model.</summary>
    public static bool AreIn(string folder)
    {
        var path = Path.Combine(folder, ClassifierPredictions.FileName);
        if (!File.Exists(path))
            return false;
        using var file = SafetensorsFile.Open(path);
        return file.Entries.ContainsKey("losses");
    }

    /// <summary>The positions whose window is among those chosen.</summary>
    public MaskedPredictions Where(Predicate<int> window)
    {
        int[] kept = [.. Enumerable.Range(0, Count).Where(i => window(Windows[i]))];
        return new MaskedPredictions(
            Array.ConvertAll(kept, i => Losses[i]), Array.ConvertAll(kept, i => Targets[i]), Array.ConvertAll(kept, i => Answers[i]), Array.ConvertAll(kept, i => Windows[i]));
    }

    /// <summary>Writes the file into a folder.</summary>
    /// <returns>Its digest.</returns>
    public string Save(string folder) => SafetensorsWriter.Write(Path.Combine(folder, ClassifierPredictions.FileName),
    [
        new SafetensorsTensor("losses", SafetensorsType.F32, [Count], () => MemoryMarshal.AsBytes(Losses.AsSpan()).ToArray()),
        SafetensorsTensor.Int32("targets", Targets),
        SafetensorsTensor.Int32("answers", Answers),
        SafetensorsTensor.Int32("windows", Windows),
    ]);

    /// <summary>Reads a folder's file.</summary>
    public static MaskedPredictions Load(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, ClassifierPredictions.FileName));
        return new MaskedPredictions(
            MemoryMarshal.Cast<byte, float>(file.ReadBytes("losses")).ToArray(), file.ReadInt32("targets"), file.ReadInt32("answers"), file.ReadInt32("windows"));
    }

    /// <summary>
    /// A mean over positions. Positions of one window are not independent, so the error is that of a ratio of sums over windows
    /// (linearised, as for cluster samples: Cochran 1977, chapter 11).
    /// </summary>
    private Estimate Mean(Func<int, double> value)
    {
        if (Count == 0)
            return new Estimate(double.NaN, double.NaN);
        var mean = Enumerable.Range(0, Count).Average(value);
        var deviations = new Dictionary<int, double>();
        for (var i = 0; i < Count; i++)
            deviations[Windows[i]] = deviations.GetValueOrDefault(Windows[i]) + value(i) - mean;
        double windows = deviations.Count;
        return new Estimate(mean, windows < 2 ? double.NaN : Math.Sqrt(windows / (windows - 1) * deviations.Values.Sum(d => d * d)) / Count);
    }
}
