// A classifier's stored answers for each row: everything that its figures are computed from.
using System.Runtime.InteropServices;
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;

namespace Tlpipe.Nlp.Predictions;

/// <summary>The logits of rows, with their right answers where they are known.</summary>
/// <param name="Logits"><c>[rows, labels]</c></param>
public sealed record ClassifierPredictions(float[,] Logits)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "predictions.safetensors";

    /// <summary>The right class of each row, <c>[rows]</c>; null if it is not known or not a class.</summary>
    public int[]? Labels { get; init; }

    /// <summary>The right numbers of each row, <c>[rows, labels]</c> row by row; null where a row has a class, or nothing.</summary>
    public float[]? Values { get; init; }

    /// <summary>The number of rows.</summary>
    public int Rows => Logits.GetLength(0);

    /// <summary>The number of outputs.</summary>
    public int Classes => Logits.GetLength(1);

    /// <summary>The softmax of each row's logits, in double precision.</summary>
    /// <param name="temperature">Logits are divided by it: above 1 makes answers less sure (Guo et al. 2017, temperature scaling).</param>
    public double[][] Probabilities(double temperature = 1)
    {
        var all = new double[Rows][];
        for (var row = 0; row < all.Length; row++)
        {
            var values = new double[Classes];
            for (var c = 0; c < values.Length; c++)
                values[c] = Logits[row, c] / temperature;
            var highest = values.Max();
            var sum = 0.0;
            for (var c = 0; c < values.Length; c++)
                sum += values[c] = Math.Exp(values[c] - highest);
            all[row] = Array.ConvertAll(values, value => value / sum);
        }
        return all;
    }

    /// <summary>Writes the file into a folder.</summary>
    /// <returns>Its digest.</returns>
    public string Save(string folder)
    {
        var tensors = new List<SafetensorsTensor>
        {
            new("logits", SafetensorsType.F32, [Rows, Classes], () => Bytes(Logits)),
        };
        if (Values is { } values)
            tensors.Add(new SafetensorsTensor("labels", SafetensorsType.F32, [Rows, values.Length / Math.Max(1, Rows)], () => Bytes(values)));
        else if (Labels is not null)
            tensors.Add(SafetensorsTensor.Int32("labels", Labels));
        return SafetensorsWriter.Write(Path.Combine(folder, FileName), tensors);
    }

    /// <summary>Reads a folder's file.</summary>
    /// <exception cref="InputException">The folder holds no predictions of a classifier.</exception>
    public static ClassifierPredictions Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new InputException("there are no predictions; give the predictions of a predict or evaluate stage");
        using var file = SafetensorsFile.Open(path);
        if (!file.Entries.TryGetValue("logits", out var entry))
            throw new InputException("these predictions are not a classifier's; give those of a predict or evaluate stage with a classifier");
        var logits = new float[entry.Shape[0], entry.Shape[1]];
        var bytes = file.ReadBytes("logits");
        Buffer.BlockCopy(bytes, 0, logits, 0, bytes.Length);
        if (!file.Entries.TryGetValue("labels", out var labels))
            return new ClassifierPredictions(logits);
        return labels.Type == SafetensorsType.F32
            ? new ClassifierPredictions(logits) { Values = MemoryMarshal.Cast<byte, float>(file.ReadBytes("labels")).ToArray() }
            : new ClassifierPredictions(logits) { Labels = file.ReadInt32("labels") };
    }

    private static byte[] Bytes(Array values)
    {
        var bytes = new byte[Buffer.ByteLength(values)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }
}
