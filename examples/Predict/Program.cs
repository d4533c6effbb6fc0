// Classifies texts with a model's folder: for each text its class, how sure the model is, and the text, apart by tabs.
using System.Globalization;
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Inference;

if (args is not [var folder, _, ..])
{
    Console.Error.WriteLine("usage: Predict FOLDER TEXT...");
    return 2;
}
try
{
    var texts = args[1..];
    using var classifier = TextClassifier.Load(folder, ComputeDevice.Open("auto", threads: 0), ComputeType.Fp32);
    foreach (var (text, prediction) in texts.Zip(classifier.Predict(texts)))
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{classifier.Labels[prediction.Highest]}\t{prediction.Scores[prediction.Highest]:0.0000}\t{text}"));
    return 0;
}
catch (InputException mistake)
{
    Console.Error.WriteLine($"error: {mistake.Message}");
    return 2;
}
