// Trains a classifier, starting from a model's folder. Each line of the file of texts is a class, 0 or 1, a tab and a text.
using System.Globalization;
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.Tokenizers;

if (args is not [var source, var file, var target])
{
    Console.Error.WriteLine("usage: Train MODEL TEXTS FOLDER");
    return 2;
}
try
{
    var lines = File.ReadLines(file).Select(line => line.Split('\t', 2)).ToList();
    var device = ComputeDevice.Open("auto", threads: 0);
    var tokenizer = BertTokenizer.Load(source);
    var rows = RowTokenizer.Tokenize(
        [.. lines.Select(line => line[1])], pairs: null, [.. lines.Select(line => int.Parse(line[0], CultureInfo.InvariantCulture))], tokenizer, maxLength: 64, device.Threads);

    // The last quarter says how good the model is; it is trained on the others.
    var evaluated = rows.Count / 4;
    var (train, eval) = (rows.Slice(0, rows.Count - evaluated), rows.Slice(rows.Count - evaluated, evaluated));
    var arguments = new TrainingArguments { LearningRate = 1e-3, NumTrainEpochs = 4, PerDeviceTrainBatchSize = 4 };
    var (model, _) = ModelFolder.LoadClassifier(source, numLabels: 2, arguments.Seed, device, ComputeType.Fp32);
    using (model)
    {
        Trainer.Train(new ClassificationTask(model, train, eval, arguments), tell: news =>
        {
            if (news is EpochEvaluated { Accuracy: { } accuracy } epoch)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}: loss {epoch.EvalLoss:0.0000}, accuracy {accuracy:0.00}"));
        });
        // These are the weights of the epoch with the lowest loss.
        ModelFolder.Save(model, target);
        TokenizerFiles.CopyTo(target, tokenizer);
    }
    return 0;
}
catch (InputException mistake)
{
    Console.Error.WriteLine($"error: {mistake.Message}");
    return 2;
}
