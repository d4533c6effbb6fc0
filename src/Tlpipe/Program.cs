System.Console.WriteLine(TorchSharp.torch.rand(2).ToString());
